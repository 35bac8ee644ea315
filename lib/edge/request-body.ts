/** The JSON object of a request body or of a message, within limits that keep parsing and validation cheap. */
import { AppError } from "../errors.ts";
import { badRequest } from "./problem.ts";

const MAX_BODY_BYTES = 256 * 1024;
const MAX_DEPTH = 20;

type Limits = Readonly<{
  /** What the text is called in a refusal. */
  name?: string;
  bytesMax?: number;
}>;

/**
 * No body (or only white space) is an empty object.
 * @throws AppError PAYLOAD_TOO_LARGE above 256 kB, unless told otherwise; BAD_REQUEST when it is not a JSON object in
 * UTF-8 or nests deeper than 20
 */
export function jsonObject(
  body: string | undefined | null,
  isBase64: boolean,
  { name = "body", bytesMax = MAX_BODY_BYTES }: Limits = {},
): object {
  const refused = (message: string) =>
    badRequest([{ path: "", message: `the ${name} ${message}` }]);
  const encoding = isBase64 ? "base64" : "utf8";
  // Measured before it is copied: what is refused costs no memory.
  const length = Buffer.byteLength(body ?? "", encoding);
  if (length > bytesMax) {
    throw new AppError(
      "PAYLOAD_TOO_LARGE",
      `the ${name} must have at most ${bytesMax} bytes, was ${length}`,
      { limit_bytes: bytesMax, bytes: length },
    );
  }
  const text = decoded(Buffer.from(body ?? "", encoding));
  if (text === undefined) throw refused("is not UTF-8");
  if (text.trim() === "") return {};
  if (isDeep(text)) throw refused(`nests deeper than ${MAX_DEPTH} levels`);
  const value = parsed(text);
  if (value === undefined) throw refused("is not JSON");
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refused("must be a JSON object");
  }
  return value;
}

/** A byte order mark is skipped. */
function decoded(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Counted before parsing, brackets inside strings aside. One pass at most: hostile text costs no more than any other. */
function isDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (quoted && character === "\\") at++;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === "]" || character === "}") depth--;
    else if ((character === "[" || character === "{") && ++depth > MAX_DEPTH) return true;
  }
  return false;
}
