/**
 * A stock market that exists nowhere, the same for the same seed: log-normal sizes with a Pareto head, returns
 * that share a market and a sector factor with fat tails and calm and nervous spells, splits, spin-offs,
 * dividends, mergers, bankruptcies, listings, halts and renames, and lines an index of US common stock must turn
 * away. Days are made one after the other from the state of each company, so more sessions never change earlier ones.
 */
import { AppError } from "../errors.ts";
import type { DailyBatch, MarketSource, SecurityRecord } from "./rows.ts";
import { type Company, type Line, type MarketMove, marketCap, trade } from "./simulate/company.ts";
import { Chronicle, happen, YEARLY } from "./simulate/events.ts";
import { Founder } from "./simulate/founding.ts";
import { NameBook, SECTORS } from "./simulate/names.ts";
import { RandomStream } from "./simulate/random.ts";

export type SimulateOptions = Readonly<{
  /** A whole number from 0 to 2^53 - 1. */
  seed: number;
  /** Securities listed on the first session, 1 to 20,000; listings replace those that leave, on average. */
  tickers: number;
  /** The days (YYYYMMDD) on which the market trades, ascending: `sessionsBetween(from, to)`. */
  sessions: readonly number[];
}>;

const FILE = "simulation";
/** There are 22,200 names; later listings and renames take some. */
const MAX_TICKERS = 20_000;
const DAILY_SIGMA = 0.0105;
const SECTOR_SIGMA = 0.005;
const DAILY_DRIFT = 0.0003;

/** The market as a source. Rows and facts are each made from the start when asked for. */
export function simulatedMarket(options: SimulateOptions): MarketSource {
  let doneSessions = 0;
  return {
    name: "simulate",
    kind: "simulated",
    isPointInTime: true,
    facts: async () => ({ ...simulatedFacts(options), captures: [], rejected: [] }),
    rows: async function* () {
      doneSessions = 0;
      for (const batch of simulatedBatches(options)) {
        yield batch;
        doneSessions++;
      }
    },
    totalUnits: options.sessions.length,
    doneUnits: () => doneSessions,
  };
}

/** One batch per session, rows in the byte order of tickers; `line` counts rows from 1 over all sessions. */
export function* simulatedBatches(options: SimulateOptions): Generator<DailyBatch> {
  const market = new SimulatedMarket(options);
  for (const date of options.sessions) {
    market.advance(date);
    yield market.batch(date);
  }
}

/** What is known of the securities by the last session. */
export function simulatedFacts(
  options: SimulateOptions,
): Readonly<{ securities: readonly SecurityRecord[] }> & Pick<Chronicle, "actions" | "changes"> {
  const market = new SimulatedMarket(options);
  for (const date of options.sessions) market.advance(date);
  const { securities, actions, changes } = market.chronicle;
  return { securities, actions, changes };
}

class SimulatedMarket {
  readonly chronicle = new Chronicle();
  readonly #random: RandomStream;
  readonly #names: NameBook;
  readonly #founder: Founder;
  readonly #listingsPerSession: number;
  readonly #tickers: number;
  #companies: Company[] = [];
  #lines: Line[] = [];
  #variance = DAILY_SIGMA ** 2;
  #lastMove = 0;
  #previous = 0;
  #rows = 0;

  constructor({ seed, tickers }: SimulateOptions) {
    const isSeed = Number.isSafeInteger(seed) && seed >= 0;
    if (!isSeed || !(Number.isInteger(tickers) && tickers >= 1 && tickers <= MAX_TICKERS)) {
      throw new AppError(
        "DEGENERATE_INPUT",
        `seed must be a whole number from 0 and tickers one from 1 to ${MAX_TICKERS}, were "${seed}" and "${tickers}"`,
        { seed, tickers },
      );
    }
    this.#random = new RandomStream(seed, 0);
    this.#names = new NameBook(new RandomStream(seed, 1));
    this.#founder = new Founder(seed, this.#names, new RandomStream(seed, 2));
    this.#tickers = tickers;
    this.#listingsPerSession = (tickers * (YEARLY.merger + YEARLY.bankruptcy)) / 252;
  }

  advance(date: number): void {
    if (this.#companies.length === 0) {
      this.#list(this.#founder.founders(this.#tickers), date);
    } else this.#open(date);
    const move = this.#move();
    for (const company of this.#companies) {
      trade(company, move);
      if (company.haltSessions > 0) for (const line of company.lines) line.isTraded = false;
    }
    this.#previous = date;
  }

  batch(date: number): DailyBatch {
    const traded = this.#lines.filter((line) => line.isTraded);
    const batch = {
      file: FILE,
      count: traded.length,
      line: new Int32Array(traded.length),
      date: new Int32Array(traded.length).fill(date),
      ticker: traded.map((line) => line.ticker),
      open: new Float64Array(traded.length),
      high: new Float64Array(traded.length),
      low: new Float64Array(traded.length),
      close: new Float64Array(traded.length),
      volume: new Float64Array(traded.length),
      marketCap: new Float64Array(traded.length),
    };
    for (let at = 0; at < traded.length; at++) {
      const line = traded[at]!;
      batch.line[at] = ++this.#rows;
      batch.open[at] = line.open;
      batch.high[at] = line.high;
      batch.low[at] = line.low;
      batch.close[at] = line.close;
      batch.volume[at] = line.volume;
      batch.marketCap[at] = marketCap(line.company);
    }
    return batch;
  }

  /** What becomes known before the session opens: events of those listed, then new listings. */
  #open(date: number): void {
    const session = {
      date,
      previous: this.#previous,
      chronicle: this.chronicle,
      names: this.#names,
    };
    const renames = this.chronicle.changes.length;
    const delisted = new Set<Company>();
    const newcomers: Company[] = [];
    for (const company of this.#companies) {
      const event = happen(company, session);
      if (event === "delisted") delisted.add(company);
      else if (event) newcomers.push(...this.#founder.newcomers(event.spunOffCap, company.sector));
    }
    const listings = this.#random.uniform() < this.#listingsPerSession % 1 ? 1 : 0;
    for (let i = Math.floor(this.#listingsPerSession) + listings; i > 0; i--) {
      const cap = Math.min(1e11, 4e9 * Math.exp(1.1 * this.#random.normal()));
      newcomers.push(...this.#founder.newcomers(cap));
    }
    if (delisted.size > 0) {
      this.#companies = this.#companies.filter((company) => !delisted.has(company));
      this.#lines = this.#lines.filter((line) => !delisted.has(line.company));
    }
    const isResorted = newcomers.length > 0 || this.chronicle.changes.length > renames;
    if (isResorted) this.#list(newcomers, date);
  }

  #list(companies: readonly Company[], date: number): void {
    for (const company of companies) {
      this.#companies.push(company);
      this.#lines.push(...company.lines);
      this.chronicle.list(company, date);
    }
    this.#lines.sort(byTicker);
  }

  /** Market and sector returns of a session; the market's variance follows its own past (GARCH(1,1)). */
  #move(): MarketMove {
    this.#variance =
      0.03 * DAILY_SIGMA ** 2 +
      0.88 * this.#variance +
      0.09 * Math.min(this.#lastMove ** 2, 0.0025);
    this.#lastMove = Math.sqrt(this.#variance) * this.#random.normal();
    return {
      market: DAILY_DRIFT + this.#lastMove,
      sectors: SECTORS.map(() => SECTOR_SIGMA * this.#random.normal()),
    };
  }
}

const byTicker = (a: Line, b: Line) => (a.ticker < b.ticker ? -1 : a.ticker > b.ticker ? 1 : 0);
