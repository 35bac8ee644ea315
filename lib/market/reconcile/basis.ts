/**
 * What a history was adjusted for, and the factors that bring its figures back to those that were traded.
 *
 * A history adjusted up to its download has every earlier close divided by the factors that came after it, so a close
 * as traded is the adjusted one times the product of the factors with a later date. Volumes move the other way. A
 * source that counts spin-offs as fractional splits (Yahoo) adjusts its volumes for them too.
 */
import type { CorporateAction } from "../../ports.ts";

export const BASES = ["unadjusted", "splits", "splits+spinoffs"] as const;
export type Basis = (typeof BASES)[number];

type Step = Readonly<{ date: number; value: number; isSplit: boolean }>;

export class Adjustments {
  /** Steps of each security, by its number; latest first. */
  readonly #steps = new Map<number, Step[]>();

  /** @param securityOf the number of the security that bears a ticker on a day */
  constructor(
    actions: readonly CorporateAction[],
    securityOf: (ticker: string, day: number) => number,
  ) {
    for (const { date, ticker, action, value } of actions) {
      if (action !== "split" && action !== "spinoff") continue;
      const security = securityOf(ticker, date);
      const steps = this.#steps.get(security) ?? [];
      steps.push({ date, value, isSplit: action === "split" });
      this.#steps.set(security, steps);
    }
    for (const steps of this.#steps.values()) steps.sort((a, b) => b.date - a.date);
  }

  /** A close of this basis times the factor is the close as traded on the day; a volume is divided by it. */
  factor(security: number, day: number, basis: Basis): number {
    const steps = basis === "unadjusted" ? undefined : this.#steps.get(security);
    if (!steps) return 1;
    let factor = 1;
    for (const { date, value, isSplit } of steps) {
      if (date <= day) break;
      if (isSplit || basis === "splits+spinoffs") factor *= value;
    }
    return factor;
  }
}
