/** Everything of one symbol in one window: its candles, indicators and anomalies, stored and live. */
import { ask } from "../../../api/client.ts";
import type { Item } from "../../../api/live.ts";
import { Signal } from "../signal.ts";
import { CANDLES_MAX, Candles, type StoredBar } from "./candles.ts";
import { type Finding, withFindings } from "./findings.ts";
import { ASKED_NAMES, Lines, type StoredLines } from "./lines.ts";
import { type WindowName, windowMs } from "./window.ts";

/** Shown at once; what is older comes in larger pages when it is scrolled to. */
const FIRST_PAGE = 1_000;
const OLDER_PAGE = 5_000;
const FINDINGS = 100;

export type Loading = Readonly<{
  isLoading: boolean;
  /** Why what is stored did not come. */
  error: unknown;
}>;

/** What a series asks of the service. */
export type Stored = Readonly<{
  bars: (page: Page) => Promise<readonly StoredBar[]>;
  lines: (page: Page) => Promise<StoredLines>;
  findings: () => Promise<readonly Finding[]>;
}>;
export type Page = Readonly<{ limit: number; end?: string | undefined }>;

export class Series {
  readonly symbol: string;
  readonly window: WindowName;
  readonly candles: Candles;
  readonly lines: Lines;
  readonly findings = new Signal<readonly Finding[]>([]);
  readonly loading = new Signal<Loading>({ isLoading: true, error: undefined });
  /** Called when something may be new to draw. */
  onNews: () => void = () => {};
  readonly #stored: Stored;
  #isWhole = false;
  #isAsking = false;

  constructor(symbol: string, window: WindowName, stored: Stored = storedOf(symbol, window)) {
    this.symbol = symbol;
    this.window = window;
    this.candles = new Candles(windowMs(window));
    this.lines = new Lines(windowMs(window));
    this.#stored = stored;
  }

  /** The newest that is stored; what came live meanwhile stays on top of it. */
  async load(): Promise<void> {
    this.loading.set({ isLoading: true, error: undefined });
    try {
      const page = { limit: FIRST_PAGE };
      const [bars, lines, findings] = await Promise.all([
        this.#stored.bars(page),
        this.#stored.lines(page),
        this.#stored.findings(),
      ]);
      this.candles.load(bars);
      this.lines.load(lines);
      this.findings.set(withFindings(this.findings.value, findings));
      this.#isWhole = bars.length < FIRST_PAGE;
      this.loading.set({ isLoading: false, error: undefined });
    } catch (error) {
      this.loading.set({ isLoading: false, error });
    }
    this.onNews();
  }

  /** What is older than the first candle, where there is more and room for it. */
  async older(): Promise<void> {
    const [first] = this.candles.all;
    if (this.#isAsking || this.#isWhole || this.candles.isFull || first === undefined) return;
    if (this.loading.value.isLoading) return;
    this.#isAsking = true;
    const limit = Math.min(OLDER_PAGE, CANDLES_MAX - this.candles.all.length);
    const page = { limit, end: new Date(first.startMs).toISOString() };
    try {
      const [bars, lines] = await Promise.all([this.#stored.bars(page), this.#stored.lines(page)]);
      this.#isWhole = bars.length < limit;
      this.candles.load(bars);
      this.lines.load(lines);
    } catch {
      // What is shown stays; whoever scrolls further asks again.
    } finally {
      this.#isAsking = false;
    }
    this.onNews();
  }

  take(item: Item): void {
    if (item.symbol !== this.symbol) return;
    if (item.channel === "trades") this.candles.takeTrade(item);
    else if (item.channel === "anomalies")
      this.findings.set(withFindings(this.findings.value, [item]));
    else if (item.window !== this.window) return;
    else if (item.channel === "bars") this.candles.takeBar(item);
    else this.lines.take(item);
    this.onNews();
  }
}

function storedOf(symbol: string, window: WindowName): Stored {
  return {
    bars: async (page) => {
      const query = { window, ...page };
      return (await ask("GET /api/v1/aggregated/{symbol}", { path: { symbol }, query })).bars;
    },
    lines: async (page) => {
      const query = { window, names: ASKED_NAMES, ...page };
      const answer = await ask("GET /api/v1/indicators/{symbol}", { path: { symbol }, query });
      return answer as StoredLines;
    },
    findings: async () => {
      const query = { symbol, limit: FINDINGS };
      return (await ask("GET /api/v1/anomalies", { query })).anomalies;
    },
  };
}
