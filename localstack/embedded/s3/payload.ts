/**
 * What the body must prove: its declared SHA-256, its MD5, its checksums, and for aws-chunked bodies the
 * framing itself (chunk signatures, trailers, decoded length). Chunked coding: Amazon S3 API Reference,
 * "Signature calculations for the Authorization header: transferring payload in multiple chunks".
 */
import { hash } from "node:crypto";
import { CHECKSUMS } from "./checksums.ts";
import { S3Failure } from "./failure.ts";
import { hmac, isSameSignature, type Verified } from "./signature.ts";

const EMPTY_SHA256 = hash("sha256", "");
const CHECKSUM_HEADER = "x-amz-checksum-";
/** Headers of that prefix which are not a checksum of the body. */
const NOT_CHECKSUMS = new Set(["x-amz-checksum-mode", "x-amz-checksum-type"]);

export type Payload = Readonly<{ body: Buffer; checksums: Readonly<Record<string, string>> }>;

const malformed = (message: string) => new S3Failure("IncompleteBody", message);

/** The next CRLF-terminated line, and where the text behind it starts. */
function line(raw: Buffer, from: number): { text: string; next: number } {
  const end = raw.indexOf("\r\n", from, "latin1");
  if (end < 0) throw malformed("An aws-chunked body ended in the middle of a line.");
  return { text: raw.toString("latin1", from, end), next: end + 2 };
}

/** The signature each chunk must carry: a chain that starts with the one of the headers. */
function chunkSignature(verified: Verified, previous: string, data: Buffer): string {
  const { signingKey, amzDate, scope } = verified;
  return hmac(
    signingKey,
    ["AWS4-HMAC-SHA256-PAYLOAD", amzDate, scope, previous, EMPTY_SHA256, hash("sha256", data)].join(
      "\n",
    ),
  ).toString("hex");
}

function trailerSignature(verified: Verified, previous: string, lines: readonly string[]): string {
  const { signingKey, amzDate, scope } = verified;
  const text = lines.map((entry) => `${entry}\n`).join("");
  return hmac(
    signingKey,
    ["AWS4-HMAC-SHA256-TRAILER", amzDate, scope, previous, hash("sha256", text)].join("\n"),
  ).toString("hex");
}

const forged = () =>
  new S3Failure(
    "SignatureDoesNotMatch",
    "The chunk signature we calculated does not match the signature you provided.",
  );

type Trailers = Record<string, string>;

function readTrailers(raw: Buffer, from: number, verified: Verified, previous: string): Trailers {
  const trailers: Trailers = {};
  const signedLines: string[] = [];
  let at = from;
  while (at < raw.length) {
    const { text, next } = line(raw, at);
    at = next;
    if (text === "") break;
    const colon = text.indexOf(":");
    const [name, value] = [text.slice(0, colon).toLowerCase(), text.slice(colon + 1).trim()];
    if (name !== "x-amz-trailer-signature") {
      trailers[name] = value;
      signedLines.push(`${name}:${value}`);
    } else if (!isSameSignature(trailerSignature(verified, previous, signedLines), value)) {
      throw forged();
    }
  }
  return trailers;
}

/** Takes the chunk framing off. Chunks of unsigned payloads carry no signature. */
function unchunk(raw: Buffer, verified: Verified): { body: Buffer; trailers: Trailers } {
  const isSigned = verified.payload.startsWith("STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  const pieces: Buffer[] = [];
  let previous = verified.signature;
  let at = 0;
  for (;;) {
    const { text, next } = line(raw, at);
    const header = text.match(/^([0-9a-fA-F]{1,12})(?:;chunk-signature=([0-9a-f]{64}))?$/);
    if (header === null) throw malformed(`A chunk must start with its size, was "${text}".`);
    const size = Number.parseInt(header[1]!, 16);
    const data = raw.subarray(next, next + size);
    if (data.length < size) throw malformed("An aws-chunked body ended in the middle of a chunk.");
    if (isSigned) {
      const expected = chunkSignature(verified, previous, data);
      if (!isSameSignature(expected, header[2] ?? "")) throw forged();
      previous = expected;
    }
    if (size === 0)
      return {
        body: pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces),
        trailers: readTrailers(raw, next, verified, previous),
      };
    pieces.push(data);
    at = next + size;
    if (raw[at] !== 13 || raw[at + 1] !== 10) throw malformed("A chunk must end with CRLF.");
    at += 2;
  }
}

function verifyMd5(body: Buffer, declared: string | undefined): void {
  if (declared === undefined) return;
  if (Buffer.from(declared, "base64").length !== 16)
    throw new S3Failure("InvalidDigest", "The Content-MD5 you specified was invalid.");
  const actual = hash("md5", body, "base64");
  if (actual !== declared)
    throw new S3Failure(
      "BadDigest",
      "The Content-MD5 you specified did not match what we received.",
      {
        ExpectedDigest: declared,
        CalculatedDigest: actual,
      },
    );
}

/** Every checksum the client declared, in a header or a trailer, must be that of the body. */
function verifyChecksums(
  body: Buffer,
  fields: Readonly<Record<string, string>>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, declared] of Object.entries(fields)) {
    if (!name.startsWith(CHECKSUM_HEADER) || NOT_CHECKSUMS.has(name)) continue;
    const algorithm = name.slice(CHECKSUM_HEADER.length);
    const checksum = CHECKSUMS[algorithm];
    if (checksum === undefined) {
      if (algorithm === "algorithm") continue;
      throw new S3Failure("InvalidRequest", `The checksum algorithm "${algorithm}" is not known.`);
    }
    if (checksum(body) !== declared)
      throw new S3Failure(
        "BadDigest",
        `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`,
      );
    found[algorithm] = declared;
  }
  return found;
}

/**
 * @param isWholeBody false for CompleteMultipartUpload, whose checksum headers describe the object instead
 * @throws S3Failure when the body is not the one the client declared
 */
export function verifyPayload(
  raw: Buffer,
  headers: Readonly<Record<string, string>>,
  verified: Verified,
  isWholeBody: boolean,
): Payload {
  const isChunked = verified.payload.startsWith("STREAMING-");
  const { body, trailers } = isChunked
    ? unchunk(raw, verified)
    : { body: raw, trailers: {} as Trailers };
  const decodedLength = headers["x-amz-decoded-content-length"];
  if (isChunked && decodedLength !== undefined && Number(decodedLength) !== body.length)
    throw malformed(
      `x-amz-decoded-content-length was ${decodedLength} but the chunks held ${body.length} bytes.`,
    );
  const promised = headers["x-amz-trailer"]?.toLowerCase();
  if (isChunked && promised !== undefined && !(promised in trailers))
    throw new S3Failure(
      "MalformedTrailerError",
      `The trailer "${promised}" was announced but not sent.`,
    );
  if (/^[0-9a-f]{64}$/.test(verified.payload)) {
    const actual = hash("sha256", body);
    if (actual !== verified.payload)
      throw new S3Failure(
        "XAmzContentSHA256Mismatch",
        "The provided 'x-amz-content-sha256' header does not match what was computed.",
        { ClientComputedContentSHA256: verified.payload, S3ComputedContentSHA256: actual },
      );
  } else if (!isChunked && verified.payload !== "UNSIGNED-PAYLOAD") {
    throw new S3Failure(
      "InvalidArgument",
      "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, a STREAMING-... value or a valid sha256 value.",
      { ArgumentName: "x-amz-content-sha256", ArgumentValue: verified.payload },
    );
  }
  verifyMd5(body, headers["content-md5"]);
  const checksums = isWholeBody ? verifyChecksums(body, { ...headers, ...trailers }) : {};
  return { body, checksums };
}
