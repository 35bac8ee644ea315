/**
 * The wire format of Protocol Buffers, read and written by hand: as much of it as proto/ticks.proto needs.
 * Reading never throws and never leaves its range: what is wrong is told by {@link WireReader.fault}.
 *
 * Source: Protocol Buffers documentation, "Encoding" (protobuf.dev/programming-guides/encoding).
 */

export const VARINT = 0;
export const FIXED64 = 1;
export const LENGTH = 2;
const FIXED32 = 5;
/** Bytes of the longest varint, 64 bits by sevens. */
const VARINT_BYTES_MAX = 10;

const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/** A range of bytes of a message. */
export type Span = Readonly<{ from: number; to: number }>;

/** Goes through the fields of one message: {@link next}, then one of the readers, or {@link skip}. */
export class WireReader {
  readonly bytes: Uint8Array;
  readonly #end: number;
  readonly #view: DataView;
  /** Where it stands. */
  at: number;
  /** Number and wire type of the present field. */
  field = 0;
  wire = 0;
  /** Set once: from then on {@link next} finds nothing more. */
  fault: "truncated" | "damaged" | null = null;

  constructor(bytes: Uint8Array, { from, to }: Span = { from: 0, to: bytes.length }) {
    this.bytes = bytes;
    this.at = from;
    this.#end = to;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Reads the tag of the next field. @returns false at the end of the message, or after a fault */
  next(): boolean {
    if (this.fault !== null || this.at >= this.#end) return false;
    const tag = this.varint();
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.field === 0 || tag >= 2 ** 32) this.fault ??= "damaged";
    return this.fault === null;
  }

  /** A number without sign, up to 64 bits; above 2^53 rounded. */
  varint(): number {
    let value = 0;
    let scale = 1;
    for (let count = 0; count < VARINT_BYTES_MAX; count++) {
      if (this.at >= this.#end) return this.#fail("truncated");
      const byte = this.bytes[this.at++]!;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
    return this.#fail("damaged");
  }

  /** A zigzag number; 0 and above exactly up to 2^53, and what is below 0 at least as such. */
  zigzag(): number {
    const isNegative = this.at < this.#end && (this.bytes[this.at]! & 1) === 1;
    const doubled = this.varint();
    return isNegative ? -(doubled + 1) / 2 : doubled / 2;
  }

  double(): number {
    if (this.at + 8 > this.#end) return this.#fail("truncated");
    this.at += 8;
    return this.#view.getFloat64(this.at - 8, true);
  }

  /** The range of a text, of packed numbers or of a message, and goes behind it. */
  span(): Span {
    const length = this.varint();
    const from = this.at;
    if (length > this.#end - from) this.#fail("truncated");
    else this.at += length;
    return { from, to: this.at };
  }

  text(): string {
    const { from, to } = this.span();
    return decoder.decode(this.bytes.subarray(from, to));
  }

  /** The text that stands here, and those of the same field that follow it at once. */
  texts(): string[] {
    const tag = this.field * 8 + LENGTH;
    const from = this.at;
    const spans: Span[] = [];
    do spans.push(this.span());
    while (this.fault === null && this.at < this.#end && this.bytes[this.at] === tag && ++this.at);
    // Where a byte is a letter, texts are cut from one that was decoded at once.
    const all = decoder.decode(this.bytes.subarray(from, this.at));
    const isAscii = all.length === this.at - from;
    return spans.map((span) =>
      isAscii
        ? all.slice(span.from - from, span.to - from)
        : decoder.decode(this.bytes.subarray(span.from, span.to)),
    );
  }

  /** Goes behind a field nobody asked for. Groups, which this syntax does not have, are damage. */
  skip(): void {
    if (this.wire === VARINT) this.varint();
    else if (this.wire === FIXED64) this.double();
    else if (this.wire === LENGTH) this.span();
    else if (this.wire !== FIXED32) this.#fail("damaged");
    else if (this.at + 4 > this.#end) this.#fail("truncated");
    else this.at += 4;
  }

  #fail(fault: "truncated" | "damaged"): number {
    this.fault ??= fault;
    this.at = this.#end;
    return 0;
  }
}

/** Bytes of a varint of a number from 0 to 2^53 - 1. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

/** Appends fields to bytes that grow. */
export class WireWriter {
  #bytes = new Uint8Array(1024);
  #length = 0;

  /** What was written. */
  get bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  tag(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  /** A whole number from 0 to 2^53 - 1. */
  varint(value: number): void {
    this.#room(VARINT_BYTES_MAX);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  double(field: number, value: number): void {
    this.tag(field, FIXED64);
    this.append(new Uint8Array(Float64Array.of(value).buffer));
  }

  /** A field of bytes: a text, a message, or packed numbers. */
  span(field: number, content: Uint8Array): void {
    this.tag(field, LENGTH);
    this.varint(content.length);
    this.append(content);
  }

  append(content: Uint8Array): void {
    this.#room(content.length);
    this.#bytes.set(content, this.#length);
    this.#length += content.length;
  }

  #room(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}
