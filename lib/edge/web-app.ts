/** The files of the built web app (web/dist/app.json): its page at `/`, what that loads under `/app/`. */
import { brotliDecompressSync } from "node:zlib";
import { AppError } from "../errors.ts";
import type { HttpEvent } from "./http.ts";
import type { Reply } from "./reply.ts";
import { staticFile } from "./static-file.ts";

/** A text of some media type, brotli-compressed as base64: as most browsers want it and as API Gateway takes it. */
type Packed = Readonly<{ type: string; br: string }>;
type Files = Readonly<Record<string, Packed>>;
type Answer = (event: HttpEvent) => Reply;

const PAGE = "index.html";

/**
 * The page runs and shows what this service sends and nothing that stands in it. It asks this service, and its live
 * connections at their own address, which is another host or port.
 */
const policy = (live: string | undefined): string =>
  [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    ["connect-src 'self'", ...(live === undefined ? [] : [socketOrigin(live)])].join(" "),
    "font-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");

/** "https://a.example/prod" -> "wss://a.example" */
const socketOrigin = (address: string): string => new URL(address).origin.replace(/^http/, "ws");

/** A year, the longest that is usual. */
const FOREVER = "public, max-age=31536000, immutable";
/** "index-EMGT727E.js": another text would have another name. */
const NAMED_BY_HASH = /-[\w-]{8}\.\w+$/;

/** Unpacked when it is asked for first: a start would pay for every file, a visit needs few. */
function unpacked({ type, br }: Packed, more: Readonly<Record<string, string>>): Answer {
  let answer: Answer | undefined;
  return (event) => {
    answer ??= staticFile(
      brotliDecompressSync(Buffer.from(br, "base64")).toString(),
      type,
      more,
      new Map([["br", br]]),
    );
    return answer(event);
  };
}

/**
 * Asked for at every visit, so that it names the files of the build that answers.
 * @param live http address of the WebSocket API, where it is known
 */
export function appPage(files: Files, live?: string): Answer {
  const page = files[PAGE];
  if (!page) throw new Error(`the built web app has no ${PAGE}`);
  return unpacked(page, { "cache-control": "no-cache", "content-security-policy": policy(live) });
}

/** The answer throws AppError UNKNOWN_ROUTE for a file that this build has not. */
export function appFile(files: Files): Answer {
  const answers = new Map(
    Object.entries(files)
      .filter(([name]) => name !== PAGE)
      .map(([name, file]) => [
        name,
        unpacked(file, NAMED_BY_HASH.test(name) ? { "cache-control": FOREVER } : {}),
      ]),
  );
  return (event) => {
    const name = event.pathParameters?.file ?? "";
    const answer = answers.get(name);
    if (answer) return answer(event);
    throw new AppError(
      "UNKNOWN_ROUTE",
      `there is no file "${name.slice(0, 80)}" in this build of the app: load the page anew`,
      { routes: ["GET /"] },
    );
  };
}
