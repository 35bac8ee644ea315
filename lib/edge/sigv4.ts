/**
 * AWS Signature Version 4 for a request without a query, as API Gateway's management API takes it. The SDK's own signer
 * comes with a client for each service; a post to a connection is one request, and this is all it needs.
 * Source: AWS Identity and Access Management User Guide, "Create a signed AWS API request".
 */
import { createHash, createHmac } from "node:crypto";

export type Credentials = Readonly<{
  accessKeyId: string;
  secretAccessKey: string;
  /** Of a role. */
  sessionToken?: string | undefined;
}>;

export type Signing = Readonly<{ region: string; service: string; credentials: Credentials }>;

export type Unsigned = Readonly<{
  method: string;
  host: string;
  /** As it stands in the request line, so percent-encoded where it must be. */
  path: string;
  body: string;
}>;

const ALGORITHM = "AWS4-HMAC-SHA256";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

/** Every service but S3 encodes the path of the request line once more. Unreserved letters of RFC 3986 stay. */
const encodedAgain = (path: string): string =>
  path
    .split("/")
    .map((segment) =>
      encodeURIComponent(segment).replace(
        /[!'()*]/g,
        (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
      ),
    )
    .join("/");

/** The headers to send with the request, in lower case; `host` is the client's to send. */
export function signatureHeaders(
  { method, host, path, body }: Unsigned,
  { region, service, credentials }: Signing,
  nowMs: number,
): Readonly<Record<string, string>> {
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const amzDate = new Date(nowMs).toISOString().replace(/[-:]|\.\d{3}/g, "");
  const day = amzDate.slice(0, 8);
  const sent = {
    "x-amz-date": amzDate,
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
  };
  const signed = Object.entries({ host, ...sent }).sort(([a], [b]) => (a < b ? -1 : 1));
  const names = signed.map(([name]) => name).join(";");
  const canonical = [
    method,
    encodedAgain(path),
    "",
    ...signed.map(([name, value]) => `${name}:${value.trim()}`),
    "",
    names,
    sha256(body),
  ].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = [region, service, "aws4_request"].reduce<Buffer>(
    hmac,
    hmac(`AWS4${secretAccessKey}`, day),
  );
  const text = [ALGORITHM, amzDate, scope, sha256(canonical)].join("\n");
  const signature = hmac(key, text).toString("hex");
  return {
    ...sent,
    authorization: `${ALGORITHM} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  };
}
