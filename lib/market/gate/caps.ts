/**
 * The market cap of a row against the number of shares the name is known to have. A jump that no split explains is
 * not believed until it has been delivered for a while; until then the close is multiplied by the trusted shares.
 */
import type { Memory } from "./memory.ts";
import { isMultiple, isNear, isPowerOfTen, spread } from "./ratio.ts";
import type { GateSettings } from "./settings.ts";
import type { BelievedShares, Repair, RepairRule } from "./types.ts";

export type CapRow = Readonly<{
  row: number;
  symbol: number;
  close: number;
  marketCap: number;
  /** The split since the name's last row, new shares per old. */
  ratio: number;
}>;

export type CapFindings = { repairs: Repair[]; believed: BelievedShares[] };

/** Judges one market cap after another; reports what it changes into `found`. */
export class CapRule {
  readonly #settings: GateSettings;
  readonly #memory: Memory;
  found: CapFindings = { repairs: [], believed: [] };

  constructor(settings: GateSettings, memory: Memory) {
    this.#settings = settings;
    this.#memory = memory;
  }

  /** Whether a market cap needs a closer look: {@link judge}. */
  isOdd(symbol: number, close: number, marketCap: number, ratio: number): boolean {
    const trusted = this.#memory.trusted(symbol) * ratio;
    if (trusted === 0) return false;
    const factor = marketCap / close / trusted;
    const { jumpFactor } = this.#settings;
    return !(factor <= jumpFactor && factor >= 1 / jumpFactor);
  }

  /** @returns the market cap to be stored */
  judge(at: CapRow): number {
    const { row, symbol, close, marketCap, ratio } = at;
    const trusted = this.#memory.trusted(symbol) * ratio;
    if (!(marketCap > 0)) return this.#fillIn(at, trusted);
    const level = marketCap / close;
    if (this.#memory.isPrior(symbol, level, ratio)) {
      this.found.believed.push({ row, before: trusted, after: level });
      return marketCap;
    }
    const waiting = this.#memory.waiting(symbol, level, trusted, ratio);
    if (waiting.sessions < waiting.needed) {
      const count = `delivered on ${waiting.sessions} of the ${waiting.needed} sessions it takes`;
      return this.#repair(at, trusted, count);
    }
    this.found.believed.push({ row, before: trusted, after: waiting.level });
    if (isNear(level, waiting.level, this.#settings.flatness)) return marketCap;
    return this.#repair(at, waiting.level, "which is believed from now on");
  }

  #fillIn(at: CapRow, trusted: number): number {
    const { row, symbol, close, marketCap } = at;
    const { capAbsentSessions } = this.#settings;
    const filled = this.#memory.capless[symbol]!;
    if (filled >= capAbsentSessions) return marketCap;
    const used = Math.round(close * trusted);
    const detail = `none was delivered; ${millions(trusted)} shares as before, session ${filled + 1} of at most ${capAbsentSessions}`;
    const rule = "cap_absent";
    this.found.repairs.push({ row, field: "market_cap", delivered: marketCap, used, rule, detail });
    return used;
  }

  #repair({ row, symbol, close, marketCap }: CapRow, shares: number, note: string): number {
    const factor = marketCap / close / shares;
    const used = Math.round(close * shares);
    this.found.repairs.push({
      row,
      field: "market_cap",
      delivered: marketCap,
      used,
      rule: this.#ruleOf(symbol, factor),
      detail: `${millions(marketCap / close)} shares are ${factor.toPrecision(5)} times the ${millions(shares)} known; ${note}`,
    });
    return used;
  }

  #ruleOf(symbol: number, factor: number): RepairRule {
    const own = this.#memory.recentFactor(symbol);
    const powers = own === 1 ? [] : [1, 2, 3];
    if (powers.some((power) => isNear(spread(factor), spread(own) ** power, 0.005))) {
      return "split_factor";
    }
    if (isPowerOfTen(factor)) return "power_of_ten";
    return isMultiple(factor) ? "share_multiple" : "implied_shares";
  }
}

const millions = (shares: number): string => `${Number((shares / 1e6).toPrecision(6))} M`;
