/** A whole HTTP response, as API Gateway takes it. */
export type Reply = Readonly<{
  statusCode: number;
  headers: Readonly<Record<string, string>>;
  body: string;
  isBase64Encoded?: boolean;
}>;

/** A response with a status of its own. A string is sent as it is, anything else as JSON. */
export const reply = (
  statusCode: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({
  statusCode,
  headers: body === "" ? headers : { "content-type": "application/json", ...headers },
  body: typeof body === "string" ? body : JSON.stringify(body, bigIntAsText),
});

/** JSON has no integers beyond 2^53; as text they keep every digit and never fail the answer. */
const bigIntAsText = (_key: string, value: unknown) =>
  typeof value === "bigint" ? String(value) : value;

export const isReply = (value: unknown): value is Reply =>
  typeof value === "object" &&
  value !== null &&
  "statusCode" in value &&
  typeof value.statusCode === "number" &&
  "headers" in value &&
  "body" in value;
