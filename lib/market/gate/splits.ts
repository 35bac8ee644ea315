/**
 * Which split lies between a name's last row and the present one. A vendor's net change is against the previous close
 * adjusted for splits, so previous close / (close - net change) is the ratio: 4 for 4:1.
 */
import { sessionsBetween } from "../sessions.ts";
import type { Memory } from "./memory.ts";
import { isNear, splitRatio, spread, stockDividendRatio } from "./ratio.ts";
import type { DetectedSplit, GateDay, GateFacts } from "./types.ts";

/** Factors closer to 1 are dividends and noise. */
const SMALLEST = 1.045;
/** A ratio is met to this fraction, besides the four decimals that prices are given with. */
const EXACT = 2e-4;
const HALF_DECIMAL = 1e-4;
const SMALLEST_BY_CAP = 1.4;
const EXACT_BY_CAP = 1e-3;
/** Known factors are rounded: 0.0833333 for 1:12, 1.128 for a spin-off. */
const ROUNDED = 1e-3;

export type SplitFindings = {
  detected: DetectedSplit[];
  /** Splits that were announced and that the net change contradicts, by row. */
  contradicted: number[];
};

/** The split of one row after another; reports what it finds into `found`. */
export class SplitRule {
  readonly #facts: GateFacts;
  readonly #memory: Memory;
  found: SplitFindings = { detected: [], contradicted: [] };

  constructor(facts: GateFacts, memory: Memory) {
    this.#facts = facts;
    this.#memory = memory;
  }

  /** @param isNetTrusted whether the exchange's net changes agree with the closes today @returns new shares per old */
  ratioOf(day: GateDay, row: number, isNetTrusted: boolean): number {
    const symbol = day.symbol[row]!;
    const memory = this.#memory;
    if (!memory.isRecent(symbol)) return 1;
    const previous = memory.close[symbol]!;
    const reference = day.close[row]! - day.netChange[row]!;
    const isUsable =
      isNetTrusted && memory.lastSession[symbol] === memory.session - 1 && reference > 0;
    const factor = isUsable ? previous / reference : Number.NaN;
    const known = this.#known(symbol);
    if (known !== 1) return this.#announced(day, row, known, factor);
    if (factor < SMALLEST && factor > 1 / SMALLEST) return 1;
    const ratio = isUsable ? this.#byNetChange(day, row, factor) : this.#byMarketCap(day, row);
    if (ratio !== 1) memory.noteFactor(symbol, ratio);
    return ratio;
  }

  /** As {@link ratioOf}, of a row that was judged when it was stored. */
  storedRatioOf(day: GateDay, row: number): number {
    const symbol = day.symbol[row]!;
    if (!this.#memory.isRecent(symbol)) return 1;
    const known = this.#known(symbol);
    if (known !== 1) this.#memory.noteFactor(symbol, known);
    const change = sharesChange(day, row, this.#memory);
    return spread(change) > SMALLEST && this.#isPriceMove(day, row, change) ? change : 1;
  }

  /** The factors of all sessions since the name's last row, such without any row included. */
  #known(symbol: number): number {
    const { lastDate, previousDate, missed, date } = this.#memory;
    const last = lastDate[symbol]!;
    let product = this.#facts.splitOn(symbol, date);
    const between = last === previousDate ? missed : sessionsBetween(last + 1, date - 1);
    for (const session of between) product *= this.#facts.splitOn(symbol, session);
    return product;
  }

  #announced(day: GateDay, row: number, known: number, factor: number): number {
    const symbol = day.symbol[row]!;
    this.#memory.noteFactor(symbol, known);
    const ratio = splitRatio(known, ROUNDED) || stockDividendRatio(known, ROUNDED);
    if (isNear(factor, known, ROUNDED)) return ratio || 1;
    if (ratio && !Number.isNaN(factor)) this.found.contradicted.push(row);
    // Nothing but the price and the market cap can tell.
    const change = sharesChange(day, row, this.#memory);
    const isOnNewBasis = spread(change / known) < spread(change) || Number.isNaN(change);
    return isOnNewBasis && this.#isPriceMove(day, row, known) ? known : 1;
  }

  #byNetChange(day: GateDay, row: number, factor: number): number {
    const close = day.close[row]!;
    const previous = this.#memory.close[day.symbol[row]!]!;
    const fraction = EXACT + HALF_DECIMAL / previous + (HALF_DECIMAL * factor) / previous;
    const change = sharesChange(day, row, this.#memory);
    const ratio =
      splitRatio(factor, fraction) ||
      (isNear(change, factor, 0.005) ? stockDividendRatio(factor, fraction) : 0);
    // A price that did not move was not divided: the net change is of another day.
    if (!ratio || spread((close * ratio) / previous) >= spread(close / previous)) return 1;
    this.#report(day, row, ratio, `the net change is against ${(previous / factor).toFixed(4)}`);
    return ratio;
  }

  /**
   * Without a net change: shares and price moved against each other, so that the market cap stayed. Only an exact
   * ratio is reported as a split; shares that were brought up to date at the same time hide it.
   */
  #byMarketCap(day: GateDay, row: number): number {
    const change = sharesChange(day, row, this.#memory);
    if (!(spread(change) > SMALLEST_BY_CAP) || !this.#isPriceMove(day, row, change)) return 1;
    const ratio = splitRatio(change, EXACT_BY_CAP);
    if (ratio) this.#report(day, row, ratio, "price and implied shares moved by it");
    return ratio || change;
  }

  /** Whether a split explains most of the price's move and leaves no odd one. */
  #isPriceMove(day: GateDay, row: number, ratio: number): boolean {
    const move = day.close[row]! / this.#memory.close[day.symbol[row]!]!;
    const rest = Math.abs(Math.log(move * ratio));
    return rest < 0.3 * Math.abs(Math.log(move));
  }

  #report(day: GateDay, row: number, ratio: number, how: string): void {
    const symbol = day.symbol[row]!;
    const previous = this.#memory.close[symbol]!;
    const detail = `${how}, the previous close was ${previous}; ${capWords(sharesChange(day, row, this.#memory), ratio)}`;
    this.found.detected.push({ symbol, date: day.date, ratio, detail });
  }
}

/** How the number of shares implied by market cap and close changed; NaN = not known. */
function sharesChange({ symbol, marketCap, close }: GateDay, row: number, memory: Memory): number {
  const trusted = memory.trusted(symbol[row]!);
  const cap = marketCap[row]!;
  return trusted > 0 && cap > 0 ? cap / close[row]! / trusted : Number.NaN;
}

function capWords(change: number, ratio: number): string {
  if (Number.isNaN(change)) return "there is no market cap to confirm it";
  if (isNear(change, ratio, 0.05)) return "the market cap stays put";
  if (isNear(change, 1, 0.05)) return "the market cap still counts the old shares";
  return `the market cap implies ${change.toPrecision(4)} times the shares`;
}
