/** Asks Yahoo for everything about some tickers, once, and keeps it until it is read. */

import { AppError } from "../../errors.ts";
import type { CorporateAction, SecurityRecord, SharesFact } from "../../ports.ts";
import { addDays, epochDay } from "../../time.ts";
import { BySymbol } from "../vendor/by-symbol.ts";
import { HeldRows } from "../vendor/held-rows.ts";
import type { Wanted } from "../vendor/loaded-source.ts";
import { type SymbolList, symbolsOf } from "../vendor/symbol-list.ts";
import { toldShares } from "../vendor/told-shares.ts";
import { chartOf, dayOfMs, type YahooChart } from "./chart.ts";
import type { Yahoo, YahooReports } from "./library.ts";
import { capOf, countryOf, quotesOf, securityOf, type YahooQuote } from "./quotes.ts";
import { type Reports, statementsOf } from "./statements.ts";
import { yahooSymbol } from "./symbols.ts";

/** More make the address of the request too long. */
const QUOTES_A_REQUEST = 50;
/** Statements of before the range, whose counts hold when it begins. */
const STATEMENT_DAYS_BEFORE = 550;
const REPORTS: readonly YahooReports[] = ["quarterly", "annual"];
const MS_PER_DAY = 86_400_000;

export class YahooMarket {
  readonly rows = new HeldRows();
  readonly actions: CorporateAction[] = [];
  readonly securities: SecurityRecord[] = [];
  readonly shares: SharesFact[] = [];
  readonly asking: BySymbol;
  readonly symbols: SymbolList;
  done = 0;
  readonly #yahoo: Yahoo;
  readonly #wanted: Wanted;
  readonly #nowMs: () => number;
  readonly #quotes = new Map<string, YahooQuote>();

  constructor(yahoo: Yahoo, wanted: Wanted, nowMs: () => number) {
    this.#yahoo = yahoo;
    this.#wanted = wanted;
    this.asking = new BySymbol(wanted.isWhole);
    this.#nowMs = nowMs;
    this.symbols = symbolsOf(wanted.tickers, yahooSymbol);
    for (const { ticker, detail } of this.symbols.faults) {
      this.asking.note(ticker, "BAD_TICKER", detail);
    }
  }

  /** @throws AppError what Yahoo said, when it answered nothing at all; DEPENDENCY_DOWN when it died half way */
  async load(): Promise<void> {
    // Charts need no crumb: they tell whether Yahoo is there.
    const charts = new Map<string, YahooChart>();
    for (const [symbol, ticker] of this.symbols.tickers) {
      const chart = await this.#chart(symbol, ticker);
      if (chart) charts.set(symbol, chart);
      this.done++;
    }
    this.asking.demandAnAnswer();
    await this.#askQuotes([...charts.keys()]);
    for (const [symbol, chart] of charts) await this.#keep(symbol, chart);
    this.asking.demandAnAnswer();
  }

  async #chart(symbol: string, ticker: string): Promise<YahooChart | undefined> {
    const { from, to, isPricesOnly } = this.#wanted;
    const nowMs = this.#nowMs();
    // Up to now, for the splits since; from before, for those among the statements.
    const fromMs = isPricesOnly ? epochDay(from) * MS_PER_DAY : this.#statementsFromMs();
    const chart = await this.asking.ask(ticker, async () => {
      const answer = await this.#yahoo.chart(symbol, fromMs, nowMs);
      return chartOf(answer, { ticker, from, to, nowMs });
    });
    if (chart?.rows.length === 0) {
      this.asking.note(ticker, "RANGE_OUTSIDE_DATA", "Yahoo has no rows of these days");
    }
    return chart;
  }

  /** A batch that fails is told of each of its symbols; their prices stand. */
  async #askQuotes(symbols: readonly string[]): Promise<void> {
    for (let at = 0; at < symbols.length; at += QUOTES_A_REQUEST) {
      const batch = symbols.slice(at, at + QUOTES_A_REQUEST);
      try {
        for (const quote of quotesOf(await this.#yahoo.quotes(batch))) {
          this.#quotes.set(quote.symbol, quote);
        }
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        for (const symbol of batch) {
          this.asking.note(this.symbols.tickers.get(symbol)!, error.code, error.message);
        }
        continue;
      }
      for (const symbol of batch.filter((asked) => !this.#quotes.has(asked))) {
        const ticker = this.symbols.tickers.get(symbol)!;
        this.asking.note(ticker, "VENDOR_ANSWER", "Yahoo gives no quote of it, only a chart");
      }
    }
  }

  async #keep(symbol: string, { rows, actions, splits, lastClose }: YahooChart): Promise<void> {
    const ticker = this.symbols.tickers.get(symbol)!;
    const quote = this.#quotes.get(symbol);
    const cap = quote && capOf(quote);
    // Today's cap belongs to the session it was made on and to no other.
    for (const row of rows) {
      this.rows.add(cap?.date === row.date ? { ...row, marketCap: cap.value } : row);
    }
    this.actions.push(...actions);
    if (this.#wanted.isPricesOnly) return;
    if (quote) await this.#keepSecurity(symbol, ticker, quote);
    const today = dayOfMs(this.#nowMs());
    const witness =
      cap && lastClose > 0 ? { date: today, value: cap.value / lastClose } : undefined;
    const statements = await this.#statements(symbol, ticker);
    const { facts, doubt } = toldShares(ticker, statements, splits, witness, symbol.includes("-"));
    this.shares.push(...facts);
    if (doubt) this.asking.note(ticker, "VENDOR_ANSWER", `shares left out: ${doubt}`);
  }

  async #keepSecurity(symbol: string, ticker: string, quote: YahooQuote): Promise<void> {
    const country =
      quote.quoteType === "EQUITY"
        ? await this.asking.ask(ticker, async () =>
            countryOf(await this.#yahoo.profile(symbol), ticker),
          )
        : null;
    this.securities.push(securityOf(ticker, quote, country ?? null));
  }

  async #statements(symbol: string, ticker: string) {
    const fromMs = this.#statementsFromMs();
    const found = await this.asking.ask(ticker, async () => {
      const reports: Reports[] = [];
      for (const type of REPORTS) {
        const answer = await this.#yahoo.reports(symbol, type, fromMs, this.#nowMs());
        reports.push({ type, answer });
      }
      return statementsOf(ticker, reports);
    });
    return found ?? [];
  }

  #statementsFromMs(): number {
    return epochDay(addDays(this.#wanted.from, -STATEMENT_DAYS_BEFORE)) * MS_PER_DAY;
  }
}
