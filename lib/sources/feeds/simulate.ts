/**
 * A market that exists nowhere as a feed: prices walk at random by cents, sizes and activity are like those of real trades,
 * and now and then one is irregular, corrected or cancelled. The same seed, symbols and start give the same ticks, however
 * fast they are told and wherever a batch ends.
 */
import { AppError } from "../../errors.ts";
import type { Feed, FeedBatch, FeedTick, FeedWorld } from "../../feed.ts";
import { RandomStream } from "../simulate/random.ts";
import { simulatedBatches } from "../simulate.ts";
import { isRegularHours, newYorkInstantMs } from "./new-york-clock.ts";

const NAME = "simulate";
const BATCH_ROWS = 4_096;
const PACE_MS = 10;
const CLOCK_MS = 1_000;
/** As in trade-ids.ts. */
const IDS_PER_MS = 4096;
/** Volatility of a price over a year of 252 days of 6.5 hours. */
const YEARLY_SIGMA = 0.3;
const TRADING_YEAR_MS = 252 * 6.5 * 3_600_000;
const MS_PER_DAY = 86_400_000;
/** Latest trades that may still be corrected or cancelled. */
const STANDING = 64;
const MOST_SYMBOLS = 20_000;

export type SimulatedSymbol = Readonly<{ symbol: string; price: number }>;

export type SimulateFeedOptions = Readonly<{
  symbols: readonly SimulatedSymbol[];
  seed: number;
  /** Ticks a second over all symbols, on average. */
  rate: number;
  /** Event time of the beginning, epoch ms; now when left out. */
  startMs?: number;
  /** live: each tick when its time has come. max: as fast as the log takes them; times run ahead. */
  pace?: "live" | "max";
  /** flat: the same rate always. u: most at New York's open and close, little outside of its session. */
  shape?: "flat" | "u";
  /** Ends after so many; never when left out. */
  ticks?: number;
  /** Shares of ticks: 0.12 irregular, 1 in 20,000 each corrected and cancelled. */
  irregularShare?: number;
  changeShare?: number;
}>;

/** @throws AppError DEGENERATE_INPUT for a rate, a seed or symbols that cannot be */
export function simulateFeed(options: SimulateFeedOptions, world: FeedWorld): Feed {
  const { rate, seed, symbols, pace = "live" } = options;
  const isFit = rate > 0 && rate <= 1e7 && Number.isSafeInteger(seed) && seed >= 0;
  if (!isFit || symbols.length === 0) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `a simulated feed needs symbols, a rate from 0 to 10,000,000 and a whole seed, had ${symbols.length}, "${rate}" and "${seed}"`,
      { rate, seed },
    );
  }
  return {
    name: NAME,
    isLive: pace === "live",
    isPausable: true,
    read: (signal) => told(options, world, signal),
  };
}

/** The largest companies of the simulated market of that seed, at their first close; no share classes, no preferred stock. */
export function simulatedSymbols(seed: number, tickers: number, count: number): SimulatedSymbol[] {
  const sessions = [20230103];
  const [day] = [...simulatedBatches({ seed, tickers: Math.min(tickers, MOST_SYMBOLS), sessions })];
  return Array.from({ length: day!.count }, (_, row) => row)
    .filter((row) => /^[A-Z]+$/.test(day!.ticker[row]!))
    .sort((a, b) => day!.marketCap[b]! - day!.marketCap[a]!)
    .slice(0, count)
    .map((row) => ({ symbol: day!.ticker[row]!, price: day!.close[row]! }));
}

async function* told(
  options: SimulateFeedOptions,
  { nowMs, sleep }: FeedWorld,
  signal: AbortSignal,
): AsyncGenerator<FeedBatch> {
  const { pace = "live", ticks: wanted = Number.POSITIVE_INFINITY } = options;
  const { startMs = nowMs() } = options;
  const walk = new Walk(options, startMs);
  const beganMs = nowMs();
  for (let count = 0; count < wanted && !signal.aborted; ) {
    const untilMs = pace === "max" ? Number.POSITIVE_INFINITY : startMs + nowMs() - beganMs;
    const ticks: FeedTick[] = [];
    const rows = Math.min(BATCH_ROWS, wanted - count);
    while (ticks.length < rows && walk.nextMs <= untilMs) ticks.push(walk.next());
    count += ticks.length;
    // A batch that is not full has everything up to now.
    yield { ticks, clockMs: Math.min(Math.floor(walk.nextMs), untilMs) };
    if (ticks.length === rows) continue;
    await sleep(Math.min(CLOCK_MS, Math.max(PACE_MS, walk.nextMs - untilMs)), signal);
  }
}

type Company = { symbol: string; cents: number; id: number; lastMs: number };
type Standing = Readonly<{ company: Company; id: number; cents: number; size: number }>;

class Walk {
  readonly #options: SimulateFeedOptions;
  readonly #random: RandomStream;
  readonly #companies: readonly Company[];
  /** Of the activity of all companies up to each of them: few have most of it. */
  readonly #shares: Float64Array;
  /** A ring of the latest trades. */
  readonly #standing: (Standing | undefined)[] = [];
  #count = 0;
  /** When the next tick happens, epoch ms. */
  nextMs: number;

  constructor(options: SimulateFeedOptions, startMs: number) {
    this.#options = options;
    this.#random = new RandomStream(options.seed, 3);
    this.#companies = options.symbols.map(({ symbol, price }) => ({
      symbol,
      cents: Math.max(100, Math.round(price * 100)),
      id: Math.floor(startMs) * IDS_PER_MS,
      lastMs: startMs,
    }));
    const weights = this.#companies.map((_, rank) => 1 / (rank + 1) ** 0.7);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    let sum = 0;
    this.#shares = Float64Array.from(weights, (weight) => (sum += weight / total));
    this.nextMs = startMs;
    this.#wait();
  }

  next(): FeedTick {
    const timeMs = Math.floor(this.nextMs);
    this.#wait();
    const { changeShare = 1e-4 } = this.#options;
    const chance = this.#random.uniform();
    const at = this.#random.below(STANDING);
    const standing = this.#standing[at];
    if (!standing || chance >= changeShare) return this.#trade(timeMs);
    // What was cancelled stays so.
    this.#standing[at] = undefined;
    return this.#change(standing, timeMs, chance < changeShare / 2);
  }

  #trade(timeMs: number): FeedTick {
    const { irregularShare = 0.12 } = this.#options;
    const random = this.#random;
    const company = this.#companies[this.#drawn()]!;
    const sigma = YEARLY_SIGMA * Math.sqrt(Math.max(1, timeMs - company.lastMs) / TRADING_YEAR_MS);
    const step = company.cents * sigma * random.normal();
    // Prices bounce between bid and ask also when nothing happens.
    const bounce = random.uniform() < 0.3 ? (random.uniform() < 0.5 ? 1 : -1) : 0;
    company.cents = Math.max(100, Math.round(company.cents + step + bounce));
    company.lastMs = timeMs;
    const isIrregular = random.uniform() < irregularShare;
    const size = isIrregular ? 1 + random.below(99) : this.#size();
    const id = company.id++;
    this.#standing[this.#count++ % STANDING] = { company, id, cents: company.cents, size };
    const tick = { symbol: company.symbol, timeMs, price: company.cents / 100, size, id };
    return isIrregular ? { ...tick, irregular: true } : tick;
  }

  /** Cancels a trade, or corrects its price by a cent. */
  #change({ company, id, cents, size }: Standing, timeMs: number, isCancel: boolean): FeedTick {
    const price = (cents + 1) / 100;
    const change = isCancel ? "cancel" : "correct";
    return { symbol: company.symbol, timeMs, price, size, id, change };
  }

  /** Round lots, mostly one. */
  #size(): number {
    const chance = this.#random.uniform();
    if (chance < 0.7) return 100;
    if (chance < 0.95) return 100 * (2 + this.#random.below(4));
    return 100 * Math.ceil(Math.exp(2 + this.#random.normal()));
  }

  #drawn(): number {
    const chance = this.#random.uniform();
    let [low, high] = [0, this.#shares.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#shares[middle]! < chance) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Ticks come as in a Poisson process. */
  #wait(): void {
    const { rate, shape = "flat" } = this.#options;
    const share = shape === "flat" ? 1 : activity(this.nextMs);
    this.nextMs += (-Math.log(1 - this.#random.uniform()) * 1000) / (rate * share);
  }
}

const OPEN_MS = 570 * 60_000;
const SESSION_MS = 390 * 60_000;

/** Of New York's day: 1 on average over the session, 2 at its ends, 0.5 at noon, 0.02 outside of it. */
function activity(timeMs: number): number {
  if (!isRegularHours(timeMs)) return 0.02;
  const date = new Date(timeMs);
  const day = date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
  const ofDayMs = (timeMs - newYorkInstantMs(day, 0) + MS_PER_DAY) % MS_PER_DAY;
  const place = (2 * (ofDayMs - OPEN_MS)) / SESSION_MS - 1;
  return 0.5 + 1.5 * place * place;
}
