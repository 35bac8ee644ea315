/**
 * The quality gate between a source and the stored image. It judges one session after another without look-ahead:
 * what it decides on a day rests on that day and earlier ones alone. Rules and evidence: docs/gate.md.
 */
import { CapRule } from "./caps.ts";
import { type Survey, survey } from "./files.ts";
import { Memory, type StoredRow } from "./memory.ts";
import { closeOffRange, crossedRange } from "./ranges.ts";
import { DEFAULTS, type GateSettings } from "./settings.ts";
import { SplitRule } from "./splits.ts";
import {
  ACCEPTED,
  type DayFinding,
  type DayVerdict,
  type GateDay,
  type GateFacts,
  QUARANTINED,
  REPAIRED,
  type RefusedRow,
  type Repair,
} from "./types.ts";

export { DEFAULTS, type GateSettings, HISTORY_SESSIONS } from "./settings.ts";
export * from "./types.ts";

export class Gate {
  readonly #facts: GateFacts;
  readonly #settings: GateSettings;
  readonly #memory: Memory;
  readonly #splits: SplitRule;
  readonly #caps: CapRule;
  readonly #row: StoredRow = {
    symbol: 0,
    close: 0,
    volume: 0,
    marketCap: 0,
    delivered: 0,
    ratio: 1,
  };

  constructor(facts: GateFacts, settings: Partial<GateSettings> = {}) {
    this.#facts = facts;
    this.#settings = { ...DEFAULTS, ...settings };
    this.#memory = new Memory(this.#settings);
    this.#splits = new SplitRule(facts, this.#memory);
    this.#caps = new CapRule(this.#settings, this.#memory);
  }

  /**
   * Takes a session as it is stored, without judging it. After the last HISTORY_SESSIONS stored sessions the gate
   * goes on as if it had judged all before them, provided that `delivered` is given and that the facts name the
   * splits it detected.
   *
   * @throws AppError DEGENERATE_INPUT unless the day is later than the last one
   */
  prime(day: GateDay): void {
    this.#memory.begin(day.date);
    for (let row = 0; row < day.count; row++) {
      const symbol = day.symbol[row]!;
      this.#memory.meet(symbol);
      if (day.exchange[row] !== 0) this.#memory.exchange[symbol] = day.exchange[row]!;
      const delivered = (day.delivered ?? day.marketCap)[row]!;
      this.#store(day, row, day.marketCap[row]!, delivered, this.#splits.storedRatioOf(day, row));
    }
  }

  /** @throws AppError DEGENERATE_INPUT unless the day is later than the last one */
  judge(day: GateDay): DayVerdict {
    this.#memory.begin(day.date);
    this.#splits.found = { detected: [], contradicted: [] };
    this.#caps.found = { repairs: [], believed: [] };
    const fate = new Uint8Array(day.count);
    const files = survey(day, this.#memory, this.#settings, this.#facts);
    quarantineFiles(day, files.failed, fate);
    const refused = files.hasDuplicates ? duplicateRows(day, fate) : [];
    for (const { row } of refused) fate[row] = QUARANTINED;
    const ranges = this.#judgeRows(day, files, fate, refused);
    const repairs = [...this.#caps.found.repairs, ...ranges];
    for (const { row } of repairs) fate[row] = REPAIRED;
    return {
      date: day.date,
      fate,
      repairs,
      refused,
      detectedSplits: this.#splits.found.detected,
      believed: this.#caps.found.believed,
      findings: [...files.findings, ...this.#contradictedSplits(day)],
      failed: files.failed,
    };
  }

  /** @returns the ranges to be left out */
  #judgeRows(day: GateDay, files: Survey, fate: Uint8Array, refused: RefusedRow[]): Repair[] {
    const ranges: Repair[] = [];
    for (let row = 0; row < day.count; row++) {
      if (fate[row] !== ACCEPTED) continue;
      const ratio = this.#splits.ratioOf(day, row, files.isNetTrusted[day.exchange[row]!]!);
      const symbol = day.symbol[row]!;
      const range = crossedRange(day, row);
      if (range !== undefined) {
        const previous = this.#memory.isRecent(symbol) ? this.#memory.close[symbol]! / ratio : NaN;
        const refusal = closeOffRange(day, row, previous);
        if (refusal !== undefined) {
          refused.push(refusal);
          fate[row] = QUARANTINED;
          continue;
        }
        ranges.push(range);
      }
      this.#judgeCap(day, row, ratio);
    }
    return ranges;
  }

  #judgeCap(day: GateDay, row: number, ratio: number): void {
    const symbol = day.symbol[row]!;
    const close = day.close[row]!;
    const marketCap = day.marketCap[row]!;
    const stored = this.#caps.isOdd(symbol, close, marketCap, ratio)
      ? this.#caps.judge({ row, symbol, close, marketCap, ratio })
      : marketCap;
    this.#store(day, row, stored, marketCap, ratio);
  }

  #store(day: GateDay, row: number, marketCap: number, delivered: number, ratio: number): void {
    const stored = this.#row;
    stored.symbol = day.symbol[row]!;
    stored.close = day.close[row]!;
    stored.volume = day.volume[row]!;
    stored.marketCap = marketCap;
    stored.delivered = delivered;
    stored.ratio = ratio;
    this.#memory.store(stored);
  }

  /** Announced splits that the net change says were none, or of another ratio. */
  #contradictedSplits(day: GateDay): DayFinding[] {
    const byExchange = new Map<number, string[]>();
    for (const row of this.#splits.found.contradicted) {
      const tickers = byExchange.get(day.exchange[row]!) ?? [];
      tickers.push(this.#facts.tickerOf(day.symbol[row]!));
      byExchange.set(day.exchange[row]!, tickers);
    }
    return [...byExchange].map(([exchange, tickers]) => ({
      exchange,
      reason: "split_contradicted",
      detail: `the net change contradicts the split announced for ${tickers.join(", ")}`,
      isFailure: false,
    }));
  }
}

/** No row of a file that failed is taken; the finding says why, not each row. */
function quarantineFiles(day: GateDay, failed: readonly number[], fate: Uint8Array): void {
  if (failed.length === 0) return;
  for (let row = 0; row < day.count; row++) {
    if (failed.includes(0) || failed.includes(day.exchange[row]!)) fate[row] = QUARANTINED;
  }
}

/** Where a name comes twice the later row stands: a later capture corrects an earlier one. */
function duplicateRows(day: GateDay, fate: Uint8Array): RefusedRow[] {
  const rows = new Map<number, number>();
  const refused: RefusedRow[] = [];
  for (let row = 0; row < day.count; row++) {
    if (fate[row] !== ACCEPTED) continue;
    const earlier = rows.get(day.symbol[row]!);
    rows.set(day.symbol[row]!, row);
    if (earlier === undefined) continue;
    const isSame =
      day.close[earlier] === day.close[row] &&
      Object.is(day.marketCap[earlier], day.marketCap[row]);
    const detail = `a later row of the same name ${isSame ? "repeats" : "replaces"} it`;
    refused.push({ row: earlier, reason: "duplicate_row", detail });
  }
  return refused;
}
