/**
 * Fingerprints of what each session was made of, so that an index can tell on which day its market first changed.
 * They speak in tickers, never in ids, so two images of the same market agree however they were filled.
 */
import { createHash } from "node:crypto";

/** 64 bits are plenty to notice a change; nobody gains by forging one. */
const HEX = 16;

export type DigestRow = Readonly<{ ticker: string; close: number; marketCap: number | null }>;

/** @param rows of one day, in ticker order (bytes) */
export function rowsDigest(rows: readonly DigestRow[]): string {
  const numbers = new Float64Array(rows.length * 2);
  const hash = createHash("sha256");
  let tickers = "";
  rows.forEach(({ ticker, close, marketCap }, i) => {
    tickers += `${ticker}\n`;
    numbers[2 * i] = close;
    numbers[2 * i + 1] = marketCap ?? -1;
  });
  hash.update(tickers).update(new Uint8Array(numbers.buffer));
  return hash.digest("hex").slice(0, HEX);
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
    while (next < ordered.length && ordered[next]!.date <= session) texts.push(ordered[next++]!.text);
    if (texts.length > 0 || digest === "") {
      digest = createHash("sha256").update(`${digest}\n${texts.join("\n")}`).digest("hex").slice(0, HEX);
    }
    return digest;
  });
}
