/**
 * Records of a comma-separated file (RFC 4180), found in the bytes as they arrive: quoted fields with commas,
 * quotes and line ends, LF or CRLF, a byte-order mark, blank lines. No text is made of a field until asked for.
 */
import { badFile } from "./bytes.ts";

const LF = 0x0a;
const CR = 0x0d;
const QUOTE = 0x22;
const COMMA = 0x2c;
const MAX_FIELDS = 256;
const MAX_RECORD_BYTES = 1 << 20;

/** One record, valid until the next is read. Fields are `bytes[starts[i]..ends[i])`, quotes taken off. */
export class CsvRecord {
  bytes: Buffer = Buffer.alloc(0);
  /** The physical line it begins on, counted from 1. */
  line = 0;
  fields = 0;
  readonly starts = new Int32Array(MAX_FIELDS);
  readonly ends = new Int32Array(MAX_FIELDS);
  /** Fields that hold doubled quotes; empty in nearly every record. */
  readonly escaped: number[] = [];

  text(field: number): string {
    const raw = this.bytes.toString("utf8", this.starts[field], this.ends[field]);
    return this.escaped.includes(field) ? raw.replaceAll('""', '"') : raw;
  }

  texts(): string[] {
    return Array.from({ length: this.fields }, (_, field) => this.text(field));
  }

  /** The record as it stands in the file, quotes and all but those around the first and last field. */
  raw(): string {
    return this.bytes.toString("utf8", this.starts[0], this.ends[this.fields - 1]);
  }
}

/**
 * Finds the records in chunks of a file; one that a chunk ends inside of waits for the next chunk.
 *
 * @throws AppError BAD_FILE for a record of more than 1 MB (a quote that never closes) or 256 fields
 */
export class RecordScanner {
  readonly #file: string;
  readonly #record = new CsvRecord();
  #rest: Buffer = Buffer.alloc(0);
  #line = 1;
  #isFirst = true;
  /** Fields of the current record that begin with a quote. */
  readonly #quoted: number[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  push(chunk: Buffer, visit: (record: CsvRecord) => void): void {
    let bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    if (this.#isFirst) {
      if (bytes.length < 3) {
        this.#rest = bytes;
        return;
      }
      this.#isFirst = false;
      if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) bytes = bytes.subarray(3);
    }
    this.#rest = bytes.subarray(this.#scan(bytes, false, visit));
    if (this.#rest.length > MAX_RECORD_BYTES) {
      throw badFile(
        this.#file,
        `has a record of more than 1 MB that begins on line ${this.#line}`,
        "comma-separated lines (is a quoted field left open?)",
      );
    }
  }

  /** The last record, when no line end follows it. @throws AppError BAD_FILE inside a quoted field */
  end(visit: (record: CsvRecord) => void): void {
    const left = this.#scan(this.#rest, true, visit);
    if (left < this.#rest.length) {
      throw badFile(
        this.#file,
        `ends inside a quoted field that begins on line ${this.#line}`,
        "a closing quote for each opening one",
      );
    }
  }

  /** @returns where the first incomplete record begins */
  #scan(bytes: Buffer, isEnd: boolean, visit: (record: CsvRecord) => void): number {
    const record = this.#record;
    record.bytes = bytes;
    record.escaped.length = 0;
    for (let begin = 0; begin < bytes.length; ) {
      const end = this.#readFields(bytes, begin);
      if (end < 0 || (end === bytes.length && !isEnd)) return begin;
      record.line = this.#line;
      this.#line += 1 + (this.#quoted.length > 0 ? lineEnds(bytes, begin, end) : 0);
      begin = end + 1;
      if (record.fields > 1 || !isBlank(bytes, record.starts[0]!, record.ends[0]!)) visit(record);
    }
    return bytes.length;
  }

  /** @returns the position of the line end, the length where the bytes stop before one, -1 inside a quoted field */
  #readFields(bytes: Buffer, begin: number): number {
    const { starts, ends } = this.#record;
    const { length } = bytes;
    let fields = 0;
    let start = begin;
    let at = begin;
    if (this.#quoted.length > 0) this.#quoted.length = this.#record.escaped.length = 0;
    for (; at < length; at++) {
      const byte = bytes[at]!;
      // Digits, letters and most marks stand above the comma: one comparison for nearly every byte.
      if (byte > COMMA) continue;
      if (byte === COMMA) {
        if (fields === MAX_FIELDS - 1) throw this.#tooWide();
        starts[fields] = start;
        ends[fields++] = at;
        start = at + 1;
      } else if (byte === LF) break;
      else if (byte === QUOTE && at === start) {
        this.#quoted.push(fields);
        at = closingQuote(bytes, at + 1);
        if (at < 0) return -1;
      }
    }
    starts[fields] = start;
    ends[fields++] = at > start && bytes[at - 1] === CR ? at - 1 : at;
    this.#record.fields = fields;
    if (this.#quoted.length > 0) this.#unquote(bytes);
    return at;
  }

  /** Takes the quotes off. Text behind a closing quote leaves the field as it stands, to fail its own check. */
  #unquote(bytes: Buffer): void {
    const { starts, ends, escaped } = this.#record;
    for (const field of this.#quoted) {
      const closing = closingQuote(bytes, starts[field]! + 1);
      if (closing !== ends[field]! - 1) continue;
      const inside = ++starts[field]!;
      if (bytes.subarray(inside, --ends[field]!).includes(QUOTE)) escaped.push(field);
    }
  }

  #tooWide() {
    return badFile(
      this.#file,
      `has more than ${MAX_FIELDS} fields on line ${this.#line}`,
      "comma-separated lines of a known header",
    );
  }
}

/** Position of the quote that ends a quoted field, -1 when the bytes end before it. */
function closingQuote(bytes: Buffer, from: number): number {
  let at = from;
  for (;;) {
    at = bytes.indexOf(QUOTE, at);
    if (at < 0 || bytes[at + 1] !== QUOTE) return at;
    at += 2;
  }
}

function lineEnds(bytes: Buffer, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) if (bytes[at] === LF) count++;
  return count;
}

function isBlank(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (bytes[at]! > 0x20) return false;
  return true;
}
