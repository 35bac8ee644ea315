/** Bytes written one value after the other, and read again: numbers of varying length, doubles, texts. Little-endian. */
import { AppError } from "../../errors.ts";

const FIRST_CAPACITY = 4096;

export class ByteWriter {
  #bytes = new Uint8Array(FIRST_CAPACITY);
  #view = new DataView(this.#bytes.buffer);
  length = 0;

  /** What was written; a view that the next write may leave behind. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.length++] = value;
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, the lowest first. */
  whole(value: number): void {
    this.#reserve(8);
    let rest = value;
    for (; rest >= 0x8000_0000; rest = Math.floor(rest / 128)) {
      this.#bytes[this.length++] = (rest % 128) | 128;
    }
    for (; rest >= 128; rest >>>= 7) this.#bytes[this.length++] = (rest & 127) | 128;
    this.#bytes[this.length++] = rest;
  }

  double(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  text(value: string): void {
    const bytes = new TextEncoder().encode(value);
    this.whole(bytes.length);
    this.raw(bytes);
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  #reserve(more: number): void {
    const needed = this.length + more;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.#bytes.length * 2));
    grown.set(this.written);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }
}

export const damaged = (problem: string, details: Readonly<Record<string, unknown>> = {}) =>
  new AppError("BAD_FILE", problem, details);

/** Reads what a {@link ByteWriter} wrote. Every method throws AppError BAD_FILE where the bytes end too early. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#bytes.length - this.at;
  }

  byte(): number {
    const value = this.#bytes[this.at++];
    if (value === undefined) throw this.#ended();
    return value;
  }

  whole(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
      if (factor > Number.MAX_SAFE_INTEGER) throw damaged("a number has too many digits");
    }
  }

  /** How many of something follow, each at least so many bytes long: more than fit are damage, and take no memory. */
  count(bytesEach = 1): number {
    const count = this.whole();
    if (count * bytesEach > this.left) {
      throw damaged(`${count} entries do not fit into the ${this.left} bytes that are left`);
    }
    return count;
  }

  double(): number {
    if (this.left < 8) throw this.#ended();
    const value = this.#view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  text(): string {
    return new TextDecoder().decode(this.raw(this.whole()));
  }

  /** A view of the bytes, not a copy. */
  raw(length: number): Uint8Array {
    if (length > this.left) throw this.#ended();
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  #ended() {
    return damaged(`the bytes end at ${this.#bytes.length}, in the middle of something`);
  }
}
