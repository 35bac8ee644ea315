/** A text that only another build changes: known to browsers by its hash, compressed once in a process. */
import { acceptedEncoding, compressed, type Encoding, encoded } from "./compression.ts";
import { digest, etag, matches } from "./etag.ts";
import type { HttpEvent } from "./http.ts";
import { type Reply, reply } from "./reply.ts";

/** How long a browser shows it without asking. */
const FRESH_SECONDS = 600;

/**
 * @param type its media type
 * @param more headers beside those of caching
 */
export function staticFile(
  text: string,
  type: string,
  more: Readonly<Record<string, string>> = {},
): (event: HttpEvent) => Reply {
  const headers = {
    ...more,
    // Weak: it stands for the text in any encoding.
    etag: etag(digest(text)),
    "cache-control": `public, max-age=${FRESH_SECONDS}`,
  };
  const packed = new Map<Encoding, string>();
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
          acceptedEncoding(asked?.["accept-encoding"]),
          pack,
        );
}
