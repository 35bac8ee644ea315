/**
 * Every failure a caller may see. The code is the contract (docs/api.md lists each with its status);
 * the message is for people and says what was wrong, where, and what would be right.
 */
export type ErrorCode =
  | "BAD_REQUEST"
  | "UNKNOWN_FIELD"
  | "UNKNOWN_ACTION"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "RATE_LIMITED"
  | "QUOTA_EXCEEDED"
  | "REVERSED_RANGE"
  | "UNKNOWN_ROUTE"
  | "METHOD_NOT_ALLOWED"
  | "NO_TRADING_DAY"
  | "MISSING_SESSION"
  | "INDEX_NOT_BUILT"
  | "UNKNOWN_INDEX"
  | "UNKNOWN_DATASET"
  | "UNKNOWN_SECURITY"
  | "UNKNOWN_SYMBOL"
  | "MODEL_NOT_TRAINED"
  | "UNKNOWN_VERSION"
  | "UNKNOWN_ORDER"
  | "UNKNOWN_KEY"
  | "INDEX_EXISTS"
  | "UNKNOWN_PORTFOLIO"
  | "PORTFOLIO_EXISTS"
  | "TOO_MANY_PORTFOLIOS"
  | "PORTFOLIO_CHANGED"
  | "UNKNOWN_INSTRUMENT"
  | "UNPRICED_POSITION"
  | "TOO_FEW_SCENARIOS"
  | "RESERVED_INDEX_ID"
  | "MARKET_IS_REAL"
  | "MARKET_EXISTS"
  | "WRITE_CONFLICT"
  | "ORDER_CLOSED"
  | "IDEMPOTENCY_CONFLICT"
  | "RANGE_OUTSIDE_DATA"
  | "DEGENERATE_INPUT"
  | "BAD_FILE"
  | "TOO_FEW_SESSIONS"
  | "PAYLOAD_TOO_LARGE"
  | "IMAGE_REFUSED"
  | "DEPENDENCY_DOWN"
  | "VENDOR_REFUSED"
  | "VENDOR_ANSWER"
  | "PORT_TAKEN";

/** A failure the caller caused or can act on. Anything else that is thrown is a bug and answers 500. */
export class AppError extends Error {
  readonly code: ErrorCode;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>> = {},
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "AppError";
    this.code = code;
    this.details = details;
  }
}
