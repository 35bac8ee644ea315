/** Reading numbers and options out of a command, with the refusals Redis gives. */
import { notAFloat, notAnInteger, type RedisError, syntaxError } from "./reply.ts";

const INT64_MAX = 2n ** 63n - 1n;
const INT64_MIN = -(2n ** 63n);

/** Redis takes one spelling of an integer only: no plus, no leading zero, no blanks. */
const INTEGER = /^(0|-?[1-9]\d{0,18})$/;
const FLOAT = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const INFINITE = /^([+-]?)inf(inity)?$/i;

export const fitsInt64 = (value: bigint) => value >= INT64_MIN && value <= INT64_MAX;

/** @throws RedisError (the one given) unless the text is a 64-bit integer */
export function bigInteger(text: string, refusal: () => RedisError = notAnInteger): bigint {
  if (!INTEGER.test(text)) throw refusal();
  const value = BigInt(text);
  if (!fitsInt64(value)) throw refusal();
  return value;
}

/** An index, count or time: beyond 2^53 the nearest number is as good. */
export const integer = (text: string, refusal: () => RedisError = notAnInteger): number =>
  Number(bigInteger(text, refusal));

/** A reply that JSON can carry: a number while it is exact, a bigint beyond. */
export const integerReply = (value: bigint): number | bigint =>
  value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;

/** A score: decimal, or inf with a sign. @throws RedisError (the one given) for anything else */
export function float(text: string, refusal: () => RedisError = notAFloat): number {
  if (FLOAT.test(text)) return Number(text);
  const infinite = INFINITE.exec(text);
  if (!infinite) throw refusal();
  return infinite[1] === "-" ? -Infinity : Infinity;
}

/** The shortest text that reads back as the same double, as Redis 7.2 and later print it. */
export function floatText(value: number): string {
  if (Number.isFinite(value)) return Object.is(value, -0) ? "-0" : String(value);
  return value > 0 ? "inf" : "-inf";
}

/** Walks over the options after the fixed arguments; names are compared without case. */
export class Options {
  readonly #rest: readonly string[];
  #at = 0;

  constructor(rest: readonly string[]) {
    this.#rest = rest;
  }

  /** The next option in upper case; `undefined` at the end. */
  next(): string | undefined {
    return this.#rest[this.#at++]?.toUpperCase();
  }

  /** The argument of the option just read. @throws RedisError syntax error when there is none */
  value(): string {
    const value = this.#rest[this.#at++];
    if (value === undefined) throw syntaxError();
    return value;
  }

  /** Gives the option just read back: it was the first plain argument. */
  back(): void {
    this.#at--;
  }

  rest(): readonly string[] {
    return this.#rest.slice(this.#at);
  }
}
