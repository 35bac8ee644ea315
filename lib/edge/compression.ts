/**
 * Answers in the encoding the client asks for; API Gateway's HTTP APIs compress nothing themselves.
 * Brotli 1 packs our JSON as tightly as gzip 6 in a third of its time (22 kB: 0.13 ms).
 */
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Reply } from "./reply.ts";

export type Encoding = "br" | "gzip";

const WORTH_BYTES = 1024;
const TEXT = /^(text\/|application\/(problem\+)?json|application\/javascript|image\/svg)/;

/** The best encoding that an `Accept-Encoding` allows; `q=0` forbids one. */
export function acceptedEncoding(header: string | undefined): Encoding | undefined {
  const allowed = new Set(
    (header ?? "")
      .toLowerCase()
      .split(",")
      .filter((entry) => !/;\s*q=0(\.0*)?\s*$/.test(entry))
      .map((entry) => entry.split(";")[0]?.trim()),
  );
  if (allowed.has("br")) return "br";
  return allowed.has("gzip") ? "gzip" : undefined;
}

/** The body compressed, as base64: the form in which API Gateway takes bytes. */
export function compressed(body: string, encoding: Encoding): string {
  const packed =
    encoding === "br"
      ? brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } })
      : gzipSync(body, { level: 1 });
  return packed.toString("base64");
}

/**
 * The answer in the best encoding that an `Accept-Encoding` allows, where it is text of more than 1 kB that nobody has
 * encoded yet; `pack` may answer from memory what {@link compressed} would compute.
 */
export function encoded(
  answer: Reply,
  acceptEncoding: string | undefined,
  pack: (body: string, encoding: Encoding) => string = compressed,
): Reply {
  const { body, headers } = answer;
  if (answer.isBase64Encoded || headers["content-encoding"]) return answer;
  if (body.length <= WORTH_BYTES || !TEXT.test(headers["content-type"] ?? "")) return answer;
  const encoding = acceptedEncoding(acceptEncoding);
  if (!encoding) return { ...answer, headers: { ...headers, vary: "accept-encoding" } };
  return {
    ...answer,
    body: pack(body, encoding),
    headers: { ...headers, "content-encoding": encoding, vary: "accept-encoding" },
    isBase64Encoded: true,
  };
}
