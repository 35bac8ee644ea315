/**
 * Records of the log of what was worked out: lines of JSON, those of one key together. A log takes the records of a key
 * one after the other, so many small ones would keep a batch waiting.
 */

/** A text without line ends, and what it belongs to. */
export type Line = Readonly<{ key: string; text: string }>;

export type Lined = Readonly<{ key: string; bytes: Uint8Array }>;

/** Of one record; a consumer need not hold more at once. */
export const LINES_MAX = 1_000;
/** Of one record, line ends included: well below what Kinesis and Kafka take. A longer line stands alone. */
export const LINES_BYTES_MAX = 200_000;

const LINE_END = 0x0a;
const encoder = new TextEncoder();
const UTF8 = new TextDecoder("utf-8", { fatal: true });

/** As few records as the bounds allow. Lines of one key keep their order, within a record and from one to the next. */
export function linedRecords(lines: Iterable<Line>): Lined[] {
  const records: Lined[] = [];
  const open = new Map<string, { texts: string[]; bytes: number }>();
  const close = (key: string, texts: readonly string[]) =>
    records.push({ key, bytes: encoder.encode(texts.join("\n")) });
  for (const { key, text } of lines) {
    const bytes = Buffer.byteLength(text) + 1;
    const found = open.get(key);
    if (found && found.texts.length < LINES_MAX && found.bytes + bytes <= LINES_BYTES_MAX) {
      found.texts.push(text);
      found.bytes += bytes;
      continue;
    }
    if (found) close(key, found.texts);
    open.set(key, { texts: [text], bytes });
  }
  for (const [key, { texts }] of open) close(key, texts);
  return records;
}

/** The lines of a record, `undefined` for one that is no UTF-8. A line end after the last one begins no other. */
export function recordLines(bytes: Uint8Array): (string | undefined)[] {
  const lines: (string | undefined)[] = [];
  // No byte of a longer letter is a line end, so a letter that is damaged spoils its own line alone.
  for (let from = 0, at = 0; at !== -1; from = at + 1) {
    at = bytes.indexOf(LINE_END, from);
    if (at === -1 && from === bytes.length && from > 0) break;
    lines.push(decoded(bytes.subarray(from, at === -1 ? undefined : at)));
  }
  return lines;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    return UTF8.decode(bytes);
  } catch {
    return undefined;
  }
}
