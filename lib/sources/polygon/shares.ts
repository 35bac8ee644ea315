/**
 * Which of Polygon's share counts of past days can be believed. The count of a day comes from a filing whose period had
 * ended by then, so it stands on the old basis for up to a quarter after a split; filings made after a split restate
 * the period before it; and for days of long ago the vendor gives a count of a later basis (Apple in March 2017: some
 * 16 billion shares, where there were 5.2). A count near a split, or one that did not grow with the splits between its
 * day and a later count, is left out.
 */
import type { SharesFact } from "../../ports.ts";
import { epochDay, isoDay } from "../../time.ts";
import type { CorporateAction } from "../rows.ts";

/** A quarter and a few days. */
const NEAR_SPLIT_DAYS = 95;
/** A smaller split cannot be told from shares that were issued or bought back. */
const TELLING_RATIO = 1.5;

export type DoubtedShares = Readonly<{ fact: SharesFact; detail: string }>;
export type SharesVerdict = Readonly<{
  believed: readonly SharesFact[];
  doubted: readonly DoubtedShares[];
}>;

/**
 * @param facts of one security
 * @param splits of the same security up to the day of the witness
 * @param witness the count of a day after all of them, which is judged with no fact of its own; `undefined` = the last
 * fact is the witness
 */
export function believableShares(
  facts: readonly SharesFact[],
  splits: readonly CorporateAction[],
  witness?: SharesFact,
): SharesVerdict {
  const ordered = facts.toSorted((a, b) => a.effectiveDate - b.effectiveDate);
  const last = witness ?? ordered.at(-1);
  const believed: SharesFact[] = [];
  const doubted: DoubtedShares[] = [];
  for (const fact of ordered) {
    const detail = last && doubtOf(fact, splits, last);
    if (detail === undefined) believed.push(fact);
    else doubted.push({ fact, detail });
  }
  return { believed, doubted };
}

/** Whether a count needs a later one to be judged by: a split came after it that no other fact has behind it. */
export const needsWitness = (
  facts: readonly SharesFact[],
  splits: readonly CorporateAction[],
): boolean => {
  const last = Math.max(...facts.map(({ effectiveDate }) => effectiveDate));
  return facts.length > 0 && splits.some(({ date }) => date > last);
};

function doubtOf(
  fact: SharesFact,
  splits: readonly CorporateAction[],
  witness: SharesFact,
): string | undefined {
  const near = splitNear(fact, splits);
  if (near) {
    return `${fact.shares} shares may be of either side of the split of ${isoDay(near.date)}`;
  }
  const between = splits.filter(
    ({ date }) => date > fact.effectiveDate && date <= witness.effectiveDate,
  );
  const ratio = between.reduce((product, { value }) => product * value, 1);
  if (Math.abs(Math.log(ratio)) < Math.log(TELLING_RATIO)) return undefined;
  if (splitNear(witness, splits)) {
    return `${fact.shares} shares have no later count to be judged by, clear of the splits since`;
  }
  const grown = witness.shares / fact.shares;
  // Whichever is nearer as a factor: the shares of all splits, or the shares of none.
  const isRestated = Math.abs(Math.log(grown / ratio)) >= Math.abs(Math.log(grown));
  if (!isRestated) return undefined;
  return `${fact.shares} shares became ${witness.shares} by ${isoDay(witness.effectiveDate)}, though splits made ${ratio} of each`;
}

const splitNear = ({ effectiveDate }: SharesFact, splits: readonly CorporateAction[]) =>
  splits.find(({ date }) => Math.abs(epochDay(date) - epochDay(effectiveDate)) <= NEAR_SPLIT_DAYS);
