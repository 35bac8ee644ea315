/** Failures as the caller sees them: `application/problem+json` (RFC 9457), one status per code. */
import { AppError, type ErrorCode } from "../errors.ts";
import { type Reply, reply } from "./reply.ts";

/** Ordered by blame: shape, who asks, nothing there, conflict, impossible values, too often, something of ours is down. */
export const STATUS: Readonly<Record<ErrorCode, number>> = {
  BAD_REQUEST: 400,
  UNKNOWN_ACTION: 400,
  REVERSED_RANGE: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  UNKNOWN_ROUTE: 404,
  NO_TRADING_DAY: 404,
  MISSING_SESSION: 404,
  INDEX_NOT_BUILT: 404,
  UNKNOWN_INDEX: 404,
  UNKNOWN_DATASET: 404,
  UNKNOWN_SECURITY: 404,
  UNKNOWN_SYMBOL: 404,
  MODEL_NOT_TRAINED: 404,
  UNKNOWN_VERSION: 404,
  UNKNOWN_ORDER: 404,
  UNKNOWN_KEY: 404,
  UNKNOWN_PORTFOLIO: 404,
  METHOD_NOT_ALLOWED: 405,
  INDEX_EXISTS: 409,
  MARKET_IS_REAL: 409,
  MARKET_EXISTS: 409,
  PORTFOLIO_EXISTS: 409,
  TOO_MANY_PORTFOLIOS: 409,
  WRITE_CONFLICT: 409,
  ORDER_CLOSED: 409,
  IDEMPOTENCY_CONFLICT: 409,
  PORTFOLIO_CHANGED: 412,
  PAYLOAD_TOO_LARGE: 413,
  UNKNOWN_FIELD: 422,
  RESERVED_INDEX_ID: 422,
  RANGE_OUTSIDE_DATA: 422,
  DEGENERATE_INPUT: 422,
  BAD_FILE: 422,
  TOO_FEW_SESSIONS: 422,
  UNKNOWN_INSTRUMENT: 422,
  UNPRICED_POSITION: 422,
  TOO_FEW_SCENARIOS: 422,
  RATE_LIMITED: 429,
  QUOTA_EXCEEDED: 429,
  VENDOR_REFUSED: 502,
  VENDOR_ANSWER: 503,
  IMAGE_REFUSED: 503,
  DEPENDENCY_DOWN: 503,
  PORT_TAKEN: 503,
};

const RETRY_AFTER_SECONDS = 2;

/** "NO_TRADING_DAY" -> "No trading day". */
const title = (code: string) => code[0] + code.slice(1).toLowerCase().replaceAll("_", " ");

type Named = readonly Readonly<{ path: string; message: string }>[];

const naming = (code: "BAD_REQUEST" | "UNKNOWN_FIELD") => (errors: Named) =>
  new AppError(
    code,
    errors.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join("; "),
    { errors },
  );

/** A refusal of the request's shape; each error names the parameter it is about. */
export const badRequest = naming("BAD_REQUEST");

/** A body that is right in all it says, and says something nobody knows. */
export const unknownField = naming("UNKNOWN_FIELD");

const appProblem = ({ code, message }: AppError) => ({
  type: `urn:equipoise:problem:${code.toLowerCase().replaceAll("_", "-")}`,
  title: title(code),
  status: STATUS[code],
  code,
  detail: message,
});

/** What a caller is told of a bug. */
export const FAULT = {
  type: "about:blank",
  title: "Internal server error",
  status: 500,
  code: "INTERNAL",
  detail: "The request failed through a fault of the service. Quote the request_id.",
};

/** What a status has to say in headers (RFC 9110; RFC 6750 for keys). */
function headersOf(status: number, facts: AppError["details"]): Readonly<Record<string, string>> {
  switch (status) {
    case 401: {
      const fault = facts.reason === "missing" ? "" : ', error="invalid_token"';
      return { "www-authenticate": `Bearer realm="equipoise"${fault}` };
    }
    case 403: {
      const scope = typeof facts.scope === "string" ? `, scope="${facts.scope}"` : "";
      return {
        "www-authenticate": `Bearer realm="equipoise", error="insufficient_scope"${scope}`,
      };
    }
    case 405:
      return Array.isArray(facts.allow) ? { allow: facts.allow.join(", ") } : {};
    case 429:
    case 503:
      return { "retry-after": String(facts.retry_after_seconds ?? RETRY_AFTER_SECONDS) };
    default:
      return {};
  }
}

/** The answer to a failed request. Anything but an AppError is a bug and tells the caller nothing but the request id. */
export function problem(error: unknown, requestId: string): Reply {
  const told = error instanceof AppError ? appProblem(error) : FAULT;
  const facts = error instanceof AppError ? error.details : {};
  const headers = {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...headersOf(told.status, facts),
  };
  // Named twice: first for their place in the text, then so that no fact can take their name.
  const body = { ...told, ...facts, ...told, request_id: requestId };
  return reply(told.status, body, headers);
}
