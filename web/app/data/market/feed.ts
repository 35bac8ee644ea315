/**
 * The market as one page follows it: one live connection, the quotes of what is watched, and the series that is looked
 * at. What comes is taken at once and shown with the next frame, however much came between two of them.
 */
import { ask, type Client, hasKey } from "../../../api/client.ts";
import {
  type Channel,
  connectLive,
  type Gap,
  type Item,
  type Live,
  type LiveOptions,
  liveAddress,
  type Status,
} from "../../../api/live.ts";
import { Signal } from "../signal.ts";
import { Latencies } from "./latency.ts";
import { Quotes } from "./quotes.ts";
import { Series } from "./series.ts";
import type { WindowName } from "./window.ts";

export type Connection = Readonly<{
  status: Status;
  /** When it was live last, epoch ms; undefined before the first time. */
  liveMs: number | undefined;
  /** Why it is closed for good, or a subscription was refused. */
  error: unknown;
}>;

export type Delays = Readonly<{
  /** From the trade until it was painted, ms: the middle of the last ones. */
  shownMs: number | undefined;
  /** From the trade until the service sent it, ms. */
  sentMs: number | undefined;
  count: number;
}>;

const WHOLE: readonly Channel[] = ["trades", "bars", "indicators", "anomalies"];
const GAPS_MAX = 5;
const DELAYS_TOLD_MS = 500;
/** Whoever looks at prices wants to know soon that they are old. */
const HEARTBEAT_MS = 5_000;
const ANSWER_MS = 3_000;
const PAUSE_MS_MAX = 10_000;
/** Bars that were told of the symbol that is looked at, for another window of it. */
const FORMING_MAX = 10;

export type FeedOptions = Readonly<{
  connect?: (options: LiveOptions) => Live;
  /** Calls it before the browser paints next. */
  frame: (draw: () => void) => unknown;
}>;

export class MarketFeed {
  readonly quotes = new Quotes();
  readonly connection = new Signal<Connection>({
    status: "connecting",
    liveMs: undefined,
    error: undefined,
  });
  readonly delays = new Signal<Delays>({ shownMs: undefined, sentMs: undefined, count: 0 });
  readonly gaps = new Signal<readonly Gap[]>([]);
  readonly series = new Signal<Series | undefined>(undefined);
  readonly #live: Live;
  readonly #frame: (draw: () => void) => unknown;
  readonly #watched = new Set<string>();
  readonly #shown = new Latencies();
  readonly #sent = new Latencies();
  readonly #forming = new Map<string, Item>();
  #looked: string | undefined;
  /** Time of the last trade of the series that is not painted yet, epoch ms. */
  #unpaintedMs: number | undefined;
  #isDrawing = false;
  #toldMs = 0;

  constructor({ connect = connectLive, frame }: FeedOptions) {
    this.#frame = frame;
    this.#live = connect({
      address: liveAddress(ofPage),
      heartbeatMs: HEARTBEAT_MS,
      answerMs: ANSWER_MS,
      pauseMsMax: PAUSE_MS_MAX,
      onItem: (item, { how, sentAt }) => this.#take(item, how === "stream", sentAt),
      onGap: (gap) => this.#miss(gap),
      onStatus: (status) => this.#stand(status),
      onError: (error) => this.connection.set({ ...this.connection.value, error }),
    });
  }

  /** Follows the prices of these symbols, and no others but the one that is looked at. */
  watch(symbols: readonly string[]): void {
    const wanted = new Set(symbols);
    const gone = [...this.#watched].filter((symbol) => !wanted.has(symbol));
    const come = symbols.filter((symbol) => !this.#watched.has(symbol));
    for (const symbol of gone) this.#watched.delete(symbol);
    for (const symbol of come) this.#watched.add(symbol);
    const left = gone.filter((symbol) => symbol !== this.#looked);
    if (left.length > 0) this.#live.unsubscribe(["trades"], left);
    if (come.length > 0) this.#live.subscribe(["trades"], come);
    this.#keep();
  }

  /** Follows everything of this symbol. */
  look(symbol: string, window: WindowName): void {
    const before = this.#looked;
    this.#looked = symbol;
    if (before !== symbol) {
      this.#forming.clear();
      if (before !== undefined) this.#leave(before);
    }
    const series = new Series(symbol, window);
    series.onNews = () => this.#draw();
    for (const item of this.#forming.values()) series.take(item);
    this.series.set(series);
    if (before !== symbol) this.#live.subscribe(WHOLE, [symbol]);
    this.#keep();
    void series.load();
    void this.refresh([symbol]);
  }

  /** Asks how these symbols stand, so that changes can be told. */
  async refresh(symbols: readonly string[]): Promise<void> {
    await Promise.all(
      symbols.map(async (symbol) => {
        const latest = await ask("GET /api/v1/latest/{symbol}", { path: { symbol } }).catch(
          () => undefined,
        );
        if (latest && this.#isFollowed(symbol)) this.quotes.load(latest);
      }),
    );
  }

  close(): void {
    this.#live.close();
    this.series.set(undefined);
  }

  #leave(symbol: string): void {
    const still = this.#watched.has(symbol) ? WHOLE.filter((one) => one !== "trades") : WHOLE;
    this.#live.unsubscribe(still, [symbol]);
  }

  #isFollowed(symbol: string): boolean {
    return this.#watched.has(symbol) || this.#looked === symbol;
  }

  #keep(): void {
    const { series } = this;
    this.quotes.keep(new Set([...this.#watched, ...(series.value ? [series.value.symbol] : [])]));
  }

  #take(item: Item, isStream: boolean, sentAt: string | undefined): void {
    const isLooked = item.symbol === this.#looked;
    if (item.channel === "trades") {
      this.quotes.take(item);
      if (isStream) this.#noteTrade(Date.parse(item.time), sentAt, isLooked);
    }
    if (isLooked) {
      if (item.channel === "bars") this.#noteBar(item.window, item);
      this.series.value?.take(item);
    }
    this.#draw();
  }

  #noteTrade(tradeMs: number, sentAt: string | undefined, isLooked: boolean): void {
    if (sentAt !== undefined) this.#sent.note(Date.parse(sentAt) - tradeMs);
    if (isLooked) this.#unpaintedMs = tradeMs;
  }

  #noteBar(window: string, item: Item): void {
    this.#forming.set(window, item);
    if (this.#forming.size > FORMING_MAX) this.#forming.clear();
  }

  #draw(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    this.#frame(() => {
      this.#isDrawing = false;
      this.quotes.tell();
      this.#drawSeries();
    });
  }

  /** Set by the chart: puts what is new on it. */
  onDraw: () => void = () => {};

  #drawSeries(): void {
    this.onDraw();
    const tradeMs = this.#unpaintedMs;
    if (tradeMs === undefined) return;
    this.#unpaintedMs = undefined;
    // The chart paints in the next frame, before this is called.
    this.#frame(() => {
      this.#shown.note(Date.now() - tradeMs);
      this.#tellDelays();
    });
  }

  #tellDelays(): void {
    const nowMs = performance.now();
    if (nowMs - this.#toldMs < DELAYS_TOLD_MS) return;
    this.#toldMs = nowMs;
    const { median: shownMs, count } = this.#shown;
    this.delays.set({ shownMs, sentMs: this.#sent.median, count });
  }

  #miss(gap: Gap): void {
    // Of trades the last one is told, and what they made of the bars.
    if (gap.channel === "trades") return;
    this.gaps.set([...this.gaps.value, gap].slice(-GAPS_MAX));
    const series = this.series.value;
    // What nobody tells any more live is stored.
    if (series?.symbol === gap.symbol) void series.load();
  }

  #stand(status: Status): void {
    const { value } = this.connection;
    const isEnding = value.status === "live" && status !== "live";
    const silentMs = status === "stale" ? HEARTBEAT_MS + ANSWER_MS : 0;
    const liveMs = status === "live" || isEnding ? Date.now() - silentMs : value.liveMs;
    const error = status === "live" ? undefined : value.error;
    this.connection.set({ status, liveMs, error });
  }
}

/** The client of the page, which has its key. */
const ofPage: Pick<Client, "ask" | "hasKey"> = { ask, hasKey };
