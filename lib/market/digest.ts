/**
 * Fingerprints of what each session was made of, so that an index can tell on which day its market first changed.
 * They speak in tickers, never in ids, so two images of the same market agree however they were filled.
 */
import { createHash } from "node:crypto";

/** 64 bits are plenty to notice a change; nobody gains by forging one. */
const HEX = 16;

/** The priced rows of one day in columns; `marketCap` is NaN where none was delivered. */
export type DayColumns = Readonly<{
  tickers: readonly string[];
  close: ArrayLike<number>;
  marketCap: ArrayLike<number>;
}>;

/** @param rows of one day, in ticker order (bytes) */
export function rowsDigest({ tickers, close, marketCap }: DayColumns): string {
  const numbers = new Float64Array(tickers.length * 2);
  for (let i = 0; i < tickers.length; i++) {
    numbers[2 * i] = close[i]!;
    // NaN has many bit patterns, -1 has one.
    numbers[2 * i + 1] = Number.isNaN(marketCap[i]!) ? -1 : marketCap[i]!;
  }
  return createHash("sha256")
    .update(tickers.join("\n"))
    .update(new Uint8Array(numbers.buffer))
    .digest("hex")
    .slice(0, HEX);
}

/** Something known of a security from a day on, as text that says all of it. */
export type DatedFact = Readonly<{ date: number; text: string }>;

/**
 * A chain over the sessions: each digest covers every fact dated up to and including its session.
 *
 * @param sessions ascending
 * @returns one digest a session
 */
export function factsDigests(facts: readonly DatedFact[], sessions: readonly number[]): string[] {
  const ordered = [...facts].sort((a, b) => a.date - b.date || (a.text < b.text ? -1 : 1));
  let next = 0;
  let digest = "";
  return sessions.map((session) => {
    const texts: string[] = [];
    while (next < ordered.length && ordered[next]!.date <= session)
      texts.push(ordered[next++]!.text);
    if (texts.length > 0 || digest === "") {
      digest = createHash("sha256")
        .update(`${digest}\n${texts.join("\n")}`)
        .digest("hex")
        .slice(0, HEX);
    }
    return digest;
  });
}
