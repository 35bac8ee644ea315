/**
 * What makes the closes of one security comparable over a range: its splits, spin-offs and dividends, each on the
 * session it takes effect on. The product of ratios itself is taken in sql/market/daily.sql.
 *
 * `splits`: as if every split and spin-off of the range had been there from its start. `total`: as if every dividend
 * had been put back into the share as well, at the close before it: a close before a dividend d is multiplied by
 * 1 - d / close_before, so that the return over the day is close / (close_before - d) (CRSP's factor, and the one
 * behind Yahoo's adjusted close), and not (close + d) / close_before as a total-return index has it.
 */
import type { ActionRow } from "./queries.ts";
import type { PriceAction } from "./reading.ts";

export const ADJUSTMENTS = ["none", "splits", "total"] as const;
export type Adjustment = (typeof ADJUSTMENTS)[number];

/** A split, spin-off or dividend of the security with the session it takes effect on. */
export type EffectiveAction = ActionRow & Readonly<{ session: number }>;

/**
 * The actions that take effect within some sessions: on the first one on or after their date.
 *
 * @param actions of one security, in time order
 * @param sessions ascending; the first one takes nothing that is dated before it
 */
export function effectiveActions(
  actions: readonly ActionRow[],
  sessions: readonly number[],
): EffectiveAction[] {
  const effective: EffectiveAction[] = [];
  let next = 0;
  for (const action of actions) {
    if (sessions.length === 0 || action.date < sessions[0]!) continue;
    while (next < sessions.length && sessions[next]! < action.date) next++;
    if (next === sessions.length) break;
    if (action.action !== "delisting") effective.push({ ...action, session: sessions[next]! });
  }
  return effective;
}

export type AdjustmentSteps = Readonly<{
  /** One a session, latest first. */
  steps: readonly PriceAction[];
  /** Dividends that are not below the close they would come out of: misprints, left out. */
  impossible: readonly PriceAction[];
}>;

/**
 * @param actions as {@link effectiveActions} gives them
 * @param closes of the same security, by date; needed for `total` only
 */
export function adjustmentSteps(
  adjusted: Adjustment,
  actions: readonly EffectiveAction[],
  closes: readonly Readonly<{ date: number; close: number }>[] = [],
): AdjustmentSteps {
  if (adjusted === "none") return { steps: [], impossible: [] };
  const steps: PriceAction[] = [];
  const impossible: PriceAction[] = [];
  for (const merged of bySession(actions)) {
    const { split } = merged;
    const dividend = adjusted === "total" ? merged.dividend : 0;
    const before = dividend > 0 ? lastBefore(closes, merged.date) : undefined;
    const isPossible = before === undefined || dividend * split < before;
    const step = { ...merged, dividend, close_before: before ?? null };
    if (!isPossible) impossible.push(step);
    const applied = isPossible ? step : { ...step, dividend: 0, close_before: null };
    if (applied.split !== 1 || applied.dividend > 0) steps.push(applied);
  }
  return { steps: steps.reverse(), impossible };
}

function bySession(actions: readonly EffectiveAction[]): Omit<PriceAction, "close_before">[] {
  const merged = new Map<number, { date: number; split: number; dividend: number }>();
  for (const { session, action, value } of actions) {
    const day = merged.get(session) ?? { date: session, split: 1, dividend: 0 };
    merged.set(session, day);
    if (action === "dividend") day.dividend += value;
    else day.split *= value;
  }
  return [...merged.values()].sort((a, b) => a.date - b.date);
}

/** The last close before a day, by halving. */
function lastBefore(
  closes: readonly Readonly<{ date: number; close: number }>[],
  day: number,
): number | undefined {
  let low = 0;
  let high = closes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (closes[middle]!.date < day) low = middle + 1;
    else high = middle;
  }
  return closes[low - 1]?.close;
}
