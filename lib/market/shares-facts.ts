/**
 * Which tellings of a security's shares outstanding can be believed. Each is judged by what was known before it, so a
 * telling that comes later never changes what was believed earlier. A filing that counts in thousands, or forgets
 * digits, differs from its neighbours by a power of ten; a company that really grew tenfold says so again.
 */
import type { SharesFact } from "../ports.ts";
import { compareText } from "../text.ts";

/** Effective on a day: `ratio` new shares for each old one. Spin-offs leave the number of shares as it is. */
export type ShareSplit = Readonly<{ date: number; ratio: number }>;

/** `SHARES_NOT_POSITIVE`: 0, negative or no number. `OFF_BY_POWER_OF_TEN`: 8 to 12.6 times a power of ten too many or few. */
export type RefusalReason = "SHARES_NOT_POSITIVE" | "EFFECTIVE_AFTER_KNOWN" | "OFF_BY_POWER_OF_TEN";

export type RefusedFact = Readonly<{ fact: SharesFact; reason: RefusalReason; detail: string }>;

export type JudgedFacts = Readonly<{
  /** In the order in which they became known. */
  accepted: readonly SharesFact[];
  refused: readonly RefusedFact[];
}>;

/** Decades (powers of ten) by which two numbers may differ and still count as of one size: a factor of 1.26. */
const SAME_SIZE_DECADES = 0.1;

/** Facts in the order they became known; of one day by their effective date, the source deciding what is left. */
const byArrival = (a: SharesFact, b: SharesFact): number =>
  a.knownAt - b.knownAt || a.effectiveDate - b.effectiveDate || compareText(a.source, b.source);

/**
 * How many shares one share of `from` had become by `to`: the product of the splits after `from`, up to and
 * including `to`.
 *
 * @param splits by date
 */
export function splitFactor(splits: readonly ShareSplit[], from: number, to: number): number {
  let factor = 1;
  for (const { date, ratio } of splits) if (date > from && date <= to) factor *= ratio;
  return factor;
}

/**
 * Parts what can be believed from what cannot. The first telling is believed; one that is off by a power of ten is
 * doubted until the very next one agrees with it, and then that next one is believed.
 *
 * @param facts of one security, in any order
 * @param splits of the same security, by date
 */
export function judgedFacts(
  facts: readonly SharesFact[],
  splits: readonly ShareSplit[],
): JudgedFacts {
  const accepted: SharesFact[] = [];
  const refused: RefusedFact[] = [];
  let doubted: SharesFact | undefined;
  for (const fact of [...facts].sort(byArrival)) {
    const impossible = impossibility(fact);
    if (impossible) {
      refused.push(impossible);
      continue;
    }
    const far = neighbours(accepted, fact).filter((near) => decadesOff(near, fact, splits) !== 0);
    const isOff = far.length > 0 && far.length === neighbours(accepted, fact).length;
    if (isOff && !confirms(fact, doubted, splits)) {
      doubted = fact;
      refused.push(offBy(fact, far[0]!, splits));
      continue;
    }
    doubted = undefined;
    accepted.push(fact);
  }
  return { accepted, refused };
}

function impossibility(fact: SharesFact): RefusedFact | undefined {
  const { shares, effectiveDate, knownAt } = fact;
  if (!(shares > 0 && Number.isFinite(shares))) {
    const detail = `shares must be above 0, was ${shares}`;
    return { fact, reason: "SHARES_NOT_POSITIVE", detail };
  }
  if (effectiveDate > knownAt) {
    const detail = `a number of ${effectiveDate} cannot have been known on ${knownAt}`;
    return { fact, reason: "EFFECTIVE_AFTER_KNOWN", detail };
  }
  return undefined;
}

/** The believed facts whose effective dates lie nearest on either side; of one day the one known last. */
function neighbours(accepted: readonly SharesFact[], { effectiveDate }: SharesFact): SharesFact[] {
  let before: SharesFact | undefined;
  let after: SharesFact | undefined;
  for (const fact of accepted) {
    if (fact.effectiveDate <= effectiveDate) {
      if (!before || fact.effectiveDate >= before.effectiveDate) before = fact;
    } else if (!after || fact.effectiveDate <= after.effectiveDate) after = fact;
  }
  return [before, after].filter((fact) => fact !== undefined);
}

/** The decimal logarithm of how many times more shares `b` tells than `a`, on one split basis. */
function decadesBetween(a: SharesFact, b: SharesFact, splits: readonly ShareSplit[]): number {
  const onBasisOfB = a.shares * splitFactor(splits, a.effectiveDate, b.effectiveDate);
  const onBasisOfA = b.shares * splitFactor(splits, b.effectiveDate, a.effectiveDate);
  return Math.log10(onBasisOfA / onBasisOfB);
}

/** The power of ten by which `fact` is off, 0 when it is not or is off by something else. */
function decadesOff(near: SharesFact, fact: SharesFact, splits: readonly ShareSplit[]): number {
  const decades = decadesBetween(near, fact, splits);
  const whole = Math.round(decades);
  return Math.abs(decades - whole) <= SAME_SIZE_DECADES ? whole : 0;
}

/** A second telling of about the same number; the same day told again is no second witness. */
function confirms(
  fact: SharesFact,
  doubted: SharesFact | undefined,
  splits: readonly ShareSplit[],
): boolean {
  return (
    doubted !== undefined &&
    doubted.effectiveDate !== fact.effectiveDate &&
    Math.abs(decadesBetween(doubted, fact, splits)) <= SAME_SIZE_DECADES
  );
}

function offBy(fact: SharesFact, near: SharesFact, splits: readonly ShareSplit[]): RefusedFact {
  const times = 10 ** decadesOff(near, fact, splits);
  return {
    fact,
    reason: "OFF_BY_POWER_OF_TEN",
    detail: `${fact.shares} shares on ${fact.effectiveDate} are ${times} times the ${near.shares} of ${near.effectiveDate}, splits counted`,
  };
}
