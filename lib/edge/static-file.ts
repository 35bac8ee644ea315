/** A text that only another build changes: known to browsers by its hash, compressed once in a process. */
import { compressed, type Encoding, encoded } from "./compression.ts";
import { digest, etag, matches } from "./etag.ts";
import type { HttpEvent } from "./http.ts";
import { type Reply, reply } from "./reply.ts";

/** How long a browser shows it without asking. */
const FRESH_SECONDS = 600;

/**
 * @param type its media type
 * @param more headers beside those of caching, or instead of `cache-control`
 * @param known what the text is in encodings that somebody has made already, as base64
 */
export function staticFile(
  text: string,
  type: string,
  more: Readonly<Record<string, string>> = {},
  known: ReadonlyMap<Encoding, string> = new Map(),
): (event: HttpEvent) => Reply {
  const headers = {
    "cache-control": `public, max-age=${FRESH_SECONDS}`,
    ...more,
    // Weak: it stands for the text in any encoding.
    etag: etag(digest(text)),
  };
  const packed = new Map(known);
  const pack = (body: string, encoding: Encoding): string => {
    const bytes = packed.get(encoding) ?? compressed(body, encoding);
    packed.set(encoding, bytes);
    return bytes;
  };
  return ({ headers: asked }) =>
    matches(asked?.["if-none-match"], headers.etag)
      ? reply(304, "", headers)
      : encoded(
          reply(200, text, { ...headers, "content-type": type }),
          asked?.["accept-encoding"],
          pack,
        );
}
