/** Asks Alpha Vantage for everything about some tickers, once, and keeps it until it is read. */
import { AppError } from "../../errors.ts";
import type { CorporateAction, SecurityRecord, SharesFact } from "../../ports.ts";
import { epochDay } from "../../time.ts";
import { newYorkDay } from "../new-york.ts";
import { BySymbol } from "../vendor/by-symbol.ts";
import { statusOf } from "../vendor/errors.ts";
import { HeldRows } from "../vendor/held-rows.ts";
import type { Wanted } from "../vendor/loaded-source.ts";
import { type SymbolList, symbolsOf } from "../vendor/symbol-list.ts";
import { toldShares } from "../vendor/told-shares.ts";
import type { AlphaVantageApi, Bar, Dated, Listing, OutputSize, Overview } from "./api.ts";
import { actionsOf, alphaVantageSymbol, realSplits, securitiesOf, statementsOf } from "./facts.ts";

/** A compact answer holds 100 sessions, which are never fewer days. */
const COMPACT_DAYS = 130;

export class AlphaVantageMarket {
  readonly rows = new HeldRows();
  readonly actions: CorporateAction[] = [];
  readonly securities: SecurityRecord[] = [];
  readonly shares: SharesFact[] = [];
  readonly asking: BySymbol;
  readonly symbols: SymbolList;
  done = 0;
  readonly #api: AlphaVantageApi;
  readonly #wanted: Wanted;
  readonly #today: number;
  #size: OutputSize;
  #listings: Map<string, Listing[]> | undefined;

  constructor(api: AlphaVantageApi, wanted: Wanted, nowMs: number) {
    this.#api = api;
    this.#wanted = wanted;
    this.asking = new BySymbol(wanted.isWhole);
    this.#today = newYorkDay(nowMs);
    const days = epochDay(this.#today) - epochDay(wanted.from);
    this.#size = days <= COMPACT_DAYS ? "compact" : "full";
    this.symbols = symbolsOf(wanted.tickers, alphaVantageSymbol);
    for (const { ticker, detail } of this.symbols.faults) {
      this.asking.note(ticker, "BAD_TICKER", detail);
    }
  }

  /** @throws AppError what the vendor said, when it answered nothing at all; DEPENDENCY_DOWN when it died half way */
  async load(): Promise<void> {
    for (const [symbol, ticker] of this.symbols.tickers) {
      await this.#take(symbol, ticker);
      this.done++;
    }
    this.asking.demandAnAnswer();
  }

  async #take(symbol: string, ticker: string): Promise<void> {
    const bars = await this.asking.ask(ticker, () => this.#daily(symbol, ticker));
    if (!bars) return;
    const kept = bars.filter(this.#isWanted);
    for (const bar of kept) this.rows.add({ ...bar, ticker, marketCap: Number.NaN });
    if (kept.length === 0) {
      this.asking.note(ticker, "RANGE_OUTSIDE_DATA", "Alpha Vantage has no rows of these days");
    }
    const splits = await this.asking.ask(ticker, () => this.#api.splits(symbol));
    if (splits) {
      const dividends = await this.asking.ask(ticker, () => this.#api.dividends(symbol));
      this.actions.push(...actionsOf(ticker, splits, dividends ?? []).filter(this.#isWanted));
    }
    if (this.#wanted.isPricesOnly) return;
    const overview = await this.asking.ask(ticker, () => this.#api.overview(symbol));
    if (splits) await this.#takeShares(symbol, ticker, splits, overview);
    const listings = await this.#listingsOf(symbol, ticker);
    this.securities.push(...securitiesOf(ticker, listings, overview));
  }

  readonly #isWanted = ({ date }: Readonly<{ date: number }>): boolean =>
    date >= this.#wanted.from && date <= this.#wanted.to;

  /** The whole history where the plan of the key allows it, else the last 100 sessions. */
  async #daily(symbol: string, ticker: string): Promise<Bar[]> {
    try {
      return await this.#api.daily(symbol, this.#size);
    } catch (error) {
      if (!(error instanceof AppError) || statusOf(error) !== 403 || this.#size === "compact") {
        throw error;
      }
      this.asking.note(ticker, error.code, "the plan of the key gives the last 100 sessions only");
      this.#size = "compact";
      return this.#api.daily(symbol, this.#size);
    }
  }

  async #takeShares(
    symbol: string,
    ticker: string,
    splits: readonly Dated[],
    overview: Overview | undefined,
  ): Promise<void> {
    const shares = await this.asking.ask(ticker, () => this.#api.shares(symbol));
    if (!shares) return;
    const now = Number(overview?.SharesOutstanding ?? Number.NaN);
    const { facts, doubt } = toldShares(
      ticker,
      statementsOf(shares, overview),
      realSplits(splits),
      now > 0 ? { date: this.#today, value: now } : undefined,
      symbol.includes("-"),
    );
    this.shares.push(...facts);
    if (doubt) this.asking.note(ticker, "VENDOR_ANSWER", `shares left out: ${doubt}`);
  }

  /** Two lists of the whole market, asked for when the first security needs them. */
  async #listingsOf(symbol: string, ticker: string): Promise<readonly Listing[]> {
    if (!this.#listings) {
      const lists = await this.asking.ask(ticker, async () => [
        ...(await this.#api.listings("delisted")),
        ...(await this.#api.listings("active")),
      ]);
      this.#listings = Map.groupBy(lists ?? [], (listing) => listing.symbol);
    }
    return this.#listings.get(symbol) ?? [];
  }
}
