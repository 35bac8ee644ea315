/**
 * AWS Signature Version 4, the verifying side: the Authorization header and the presigned query.
 * Any region is accepted, as LocalStack does; everything else is checked as S3 checks it.
 */
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { S3Failure } from "./failure.ts";
import type { QueryPair } from "./message.ts";
import { encode, encodeKey } from "./paths.ts";

const ALGORITHM = "AWS4-HMAC-SHA256";
const SKEW_MS_MAX = 15 * 60_000;
const EXPIRES_SECONDS_MAX = 604_800;
const UNSIGNED = "UNSIGNED-PAYLOAD";

export type SigningKeys = Readonly<{ accessKeyId: string; secretAccessKey: string }>;

/** A request as the verifier needs it: decoded path and query, headers in lower case. */
export type Unverified = Readonly<{
  method: string;
  path: string;
  pairs: readonly QueryPair[];
  headers: Readonly<Record<string, string>>;
}>;

/** What signed chunks go on from (see payload.ts). */
export type Verified = Readonly<{
  /** What `x-amz-content-sha256` declares about the body. */
  payload: string;
  signature: string;
  signingKey: Buffer;
  amzDate: string;
  scope: string;
}>;

type Claim = Readonly<{
  credential: string;
  signedHeaders: readonly string[];
  signature: string;
  amzDate: string;
  payload: string;
  pairs: readonly QueryPair[];
}>;

export const hmac = (key: string | Buffer, text: string): Buffer =>
  createHmac("sha256", key).update(text).digest();

export const isSameSignature = (left: string, right: string): boolean => {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
};

/** "20240131T235959Z" as epoch ms; NaN when it is not such an instant. */
const instantMs = (amzDate: string): number =>
  Date.parse(
    amzDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6.000Z"),
  );

function headerClaim({ headers, pairs }: Unverified): Claim {
  const authorization = headers.authorization!;
  const field = (name: string) => authorization.match(new RegExp(`${name}=([^,\\s]+)`))?.[1];
  const [credential, signedHeaders, signature] = [
    field("Credential"),
    field("SignedHeaders"),
    field("Signature"),
  ];
  if (!authorization.startsWith(`${ALGORITHM} `) || !credential || !signedHeaders || !signature)
    throw new S3Failure(
      "AuthorizationHeaderMalformed",
      `The authorization header must be "${ALGORITHM} Credential=..., SignedHeaders=..., Signature=...".`,
    );
  const payload = headers["x-amz-content-sha256"];
  if (payload === undefined)
    throw new S3Failure(
      "InvalidRequest",
      "Missing required header for this request: x-amz-content-sha256",
    );
  return {
    credential,
    signedHeaders: signedHeaders.split(";"),
    signature,
    amzDate: headers["x-amz-date"] ?? "",
    payload,
    pairs,
  };
}

function queryClaim({ pairs, headers }: Unverified, nowMs: number): Claim {
  const query = new Map(pairs);
  const required = (name: string) => {
    const value = query.get(name);
    if (value === undefined)
      throw new S3Failure(
        "AuthorizationQueryParametersError",
        `Query-string authentication requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters; ${name} was missing.`,
      );
    return value;
  };
  const amzDate = required("X-Amz-Date");
  const expiresText = required("X-Amz-Expires");
  const expiresSeconds = Number(expiresText);
  if (!(expiresSeconds >= 0 && expiresSeconds <= EXPIRES_SECONDS_MAX))
    throw new S3Failure(
      "AuthorizationQueryParametersError",
      `X-Amz-Expires must be a number of seconds from 0 to ${EXPIRES_SECONDS_MAX}, was "${expiresText}"`,
    );
  const signedMs = instantMs(amzDate);
  if (Number.isNaN(signedMs))
    throw new S3Failure(
      "AuthorizationQueryParametersError",
      `X-Amz-Date must be in the ISO8601 Long Format "yyyyMMdd'T'HHmmss'Z'", was "${amzDate}"`,
    );
  if (signedMs > nowMs + SKEW_MS_MAX)
    throw new S3Failure("AccessDenied", "Request is not valid yet");
  if (nowMs > signedMs + expiresSeconds * 1000)
    throw new S3Failure("AccessDenied", "Request has expired", {
      "X-Amz-Expires": expiresText,
      Expires: new Date(signedMs + expiresSeconds * 1000).toISOString(),
      ServerTime: new Date(nowMs).toISOString(),
    });
  return {
    credential: required("X-Amz-Credential"),
    signedHeaders: required("X-Amz-SignedHeaders").split(";"),
    signature: required("X-Amz-Signature"),
    amzDate,
    payload: query.get("X-Amz-Content-Sha256") ?? headers["x-amz-content-sha256"] ?? UNSIGNED,
    pairs: pairs.filter(([name]) => name !== "X-Amz-Signature"),
  };
}

/** A header somebody could have added on the way is refused: host and every x-amz-* must be signed. */
function requireSigned(headers: Readonly<Record<string, string>>, signed: readonly string[]): void {
  const unsigned = Object.keys(headers).filter(
    (name) => (name === "host" || name.startsWith("x-amz-")) && !signed.includes(name),
  );
  if (unsigned.length > 0)
    throw new S3Failure(
      "AccessDenied",
      "There were headers present in the request which were not signed",
      { HeadersNotSigned: unsigned.join(", ") },
    );
}

function canonicalRequest(request: Unverified, claim: Claim): string {
  const query = claim.pairs
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join("&");
  const headers = claim.signedHeaders.map(
    (name) => `${name}:${(request.headers[name] ?? "").trim().replace(/\s+/g, " ")}\n`,
  );
  return [
    request.method,
    encodeKey(request.path),
    query,
    headers.join(""),
    claim.signedHeaders.join(";"),
    claim.payload,
  ].join("\n");
}

/** The key that signs one day's requests to one service in one region. */
const derivedKey = (secret: string, [day, region, service, end]: readonly string[]): Buffer =>
  hmac(hmac(hmac(hmac(`AWS4${secret}`, day!), region!), service!), end!);

/** @throws S3Failure when the request is anonymous, forged, too old or from a clock that is off */
export function verifySignature(request: Unverified, keys: SigningKeys, nowMs: number): Verified {
  const isPresigned = request.pairs.some(([name]) => name === "X-Amz-Signature");
  if (!isPresigned && request.headers.authorization === undefined)
    throw new S3Failure("AccessDenied", "Access Denied");
  const claim = isPresigned ? queryClaim(request, nowMs) : headerClaim(request);

  const [accessKeyId, ...scopeParts] = claim.credential.split("/");
  if (scopeParts.length !== 4 || scopeParts[2] !== "s3" || scopeParts[3] !== "aws4_request")
    throw new S3Failure(
      isPresigned ? "AuthorizationQueryParametersError" : "AuthorizationHeaderMalformed",
      `The credential must be "<key>/<yyyyMMdd>/<region>/s3/aws4_request", was "${claim.credential}".`,
    );
  if (accessKeyId !== keys.accessKeyId)
    throw new S3Failure(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      { AWSAccessKeyId: accessKeyId ?? "" },
    );
  const signedMs = instantMs(claim.amzDate);
  if (!isPresigned && !(Math.abs(nowMs - signedMs) <= SKEW_MS_MAX))
    throw new S3Failure(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
      {
        RequestTime: claim.amzDate,
        ServerTime: new Date(nowMs).toISOString(),
        MaxAllowedSkewMilliseconds: String(SKEW_MS_MAX),
      },
    );
  requireSigned(request.headers, claim.signedHeaders);

  const scope = scopeParts.join("/");
  const canonical = canonicalRequest(request, claim);
  const textToSign = [ALGORITHM, claim.amzDate, scope, hash("sha256", canonical)].join("\n");
  const signingKey = derivedKey(keys.secretAccessKey, scopeParts);
  const expected = hmac(signingKey, textToSign).toString("hex");
  if (!isSameSignature(expected, claim.signature))
    throw new S3Failure(
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      { StringToSign: textToSign, CanonicalRequest: canonical },
    );
  const { payload, signature, amzDate } = claim;
  return { payload, signature, signingKey, amzDate, scope };
}
