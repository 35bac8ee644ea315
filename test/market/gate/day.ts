/** Small markets for the gate: sessions in columns from rows written by hand. */
import {
  type DayVerdict,
  Gate,
  type GateDay,
  type GateSettings,
} from "../../../lib/market/gate/gate.ts";
import { sessionsBetween } from "../../../lib/market/sessions.ts";

export const EXCHANGES = ["", "nasdaq", "nyse"];

/** A row; `cap` 0 = delivered as 0, left out = NaN, as every other figure. */
export type Row = Readonly<{
  ticker: string;
  close: number;
  cap?: number;
  net?: number;
  volume?: number;
  exchange?: number;
  high?: number;
  low?: number;
  delivered?: number;
}>;

export const SESSIONS = sessionsBetween(20210104, 20221230);

/** Ids by ticker, given as they come. */
export class Tickers {
  readonly #names = [""];

  idOf(ticker: string): number {
    const at = this.#names.indexOf(ticker);
    return at > 0 ? at : this.#names.push(ticker) - 1;
  }

  tickerOf = (symbol: number): string => this.#names[symbol]!;
}

export function dayOf(tickers: Tickers, date: number, rows: readonly Row[]): GateDay {
  const column = (name: keyof Row) =>
    Float64Array.from(rows, (row) => (row[name] as number | undefined) ?? Number.NaN);
  return {
    date,
    count: rows.length,
    symbol: Int32Array.from(rows, ({ ticker }) => tickers.idOf(ticker)),
    exchange: Uint8Array.from(rows, ({ exchange }) => exchange ?? 0),
    open: column("low"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    netChange: column("net"),
    volume: column("volume"),
    marketCap: column("cap"),
    ...(rows.some((row) => row.delivered !== undefined) && { delivered: column("delivered") }),
  };
}

/** A gate fed session after session, from the first of 2021 on. */
export class Bench {
  readonly tickers = new Tickers();
  readonly gate: Gate;
  readonly #splits: Readonly<Record<string, number>>;
  #session = 0;

  /** @param splits known ratios by "TICKER YYYYMMDD" */
  constructor(splits: Readonly<Record<string, number>> = {}, settings: Partial<GateSettings> = {}) {
    this.#splits = splits;
    this.gate = new Gate(
      {
        exchanges: EXCHANGES,
        tickerOf: this.tickers.tickerOf,
        splitOn: (symbol, date) => this.#splits[`${this.tickers.tickerOf(symbol)} ${date}`] ?? 1,
      },
      settings,
    );
  }

  /** The next session's day. */
  get nextDate(): number {
    return SESSIONS[this.#session]!;
  }

  /** Sessions of which nothing is fed. */
  skip(sessions: number): void {
    this.#session += sessions;
  }

  judge(...rows: readonly Row[]): DayVerdict {
    return this.gate.judge(dayOf(this.tickers, SESSIONS[this.#session++]!, rows));
  }

  /** Judges the same rows on several sessions. */
  repeat(sessions: number, ...rows: readonly Row[]): DayVerdict[] {
    return Array.from({ length: sessions }, () => this.judge(...rows));
  }
}

/** What was done to the market cap of a day's only row: "rule used", "believed" or "as delivered". */
export function capWords(verdict: DayVerdict): string {
  const repair = verdict.repairs.find(({ field }) => field === "market_cap");
  if (repair) return `${repair.rule} ${repair.used}`;
  return verdict.believed.length > 0 ? "believed" : "as delivered";
}
