/** The tables of screener captures as days for the gate, read plainly. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { GateDay } from "../../../lib/market/gate/gate.ts";
import { dayKey } from "../../../lib/time.ts";

export const EXCHANGES = ["", "amex", "nasdaq", "nyse"];
const PRICE = 3;
const COLUMNS = { close: PRICE, netChange: PRICE + 1, volume: PRICE + 3, marketCap: PRICE + 4 };

export class Captures {
  readonly #ids = new Map<string, number>();
  readonly #tickers = [""];
  readonly days: GateDay[] = [];

  idOf(ticker: string): number {
    const known = this.#ids.get(ticker);
    if (known !== undefined) return known;
    const id = this.#tickers.push(ticker) - 1;
    this.#ids.set(ticker, id);
    return id;
  }

  tickerOf = (symbol: number): string => this.#tickers[symbol]!;

  /** Reads a table in the order of its days: session_date,exchange,symbol,last,net_change,pct_change,volume,market_cap. */
  read(file: string): void {
    const lines = gunzipSync(readFileSync(file)).toString("latin1").trimEnd().split("\n");
    let start = 1;
    for (let at = 2; at <= lines.length; at++) {
      if (lines[at]?.slice(0, 10) === lines[start]!.slice(0, 10)) continue;
      this.days.push(this.dayOf(lines.slice(start, at)));
      start = at;
    }
  }

  /** Lines of one session. */
  dayOf(lines: readonly string[], date = dayKey(lines[0]!)): GateDay {
    const rows = lines.map((line) => line.split(","));
    const column = (at: number) =>
      Float64Array.from(rows, (row) => (row[at] === "" ? Number.NaN : Number(row[at])));
    const none = new Float64Array(rows.length).fill(Number.NaN);
    return {
      date,
      count: rows.length,
      symbol: Int32Array.from(rows, (row) => this.idOf(row[2]!)),
      exchange: Uint8Array.from(rows, (row) => EXCHANGES.indexOf(row[1]!)),
      open: none,
      high: none,
      low: none,
      close: column(COLUMNS.close),
      netChange: column(COLUMNS.netChange),
      volume: column(COLUMNS.volume),
      marketCap: column(COLUMNS.marketCap),
    };
  }
}
