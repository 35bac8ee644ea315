/**
 * A feed from a vendor that is asked again and again, one symbol after the other, as fast as it allows. A vendor that is
 * busy or away is left alone for a while, longer each time, and the time until it answered again is told as a gap.
 */
import { AppError } from "../../errors.ts";
import type { Feed, FeedBatch, FeedTick, FeedWorld } from "../../feed.ts";
import { statusOf } from "../vendor/errors.ts";
import type { VendorWorld } from "../vendor-client.ts";

export type Asking = Readonly<{
  name: string;
  symbols: readonly string[];
  /** What is new of a symbol, oldest first. Throws what a vendor client throws. */
  ask: (symbol: string, world: VendorWorld) => Promise<readonly FeedTick[]>;
  /** Between two rounds over all symbols at least; 1 s. */
  roundMs?: number;
}>;

const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 900_000;
/** Payment required: the plan does not cover it. */
const UNPAID = 402;
const UNKNOWN = 404;

export function pollingFeed(asking: Asking, world: FeedWorld): Feed {
  return {
    name: asking.name,
    isLive: true,
    isPausable: true,
    read: (signal) => new Polling(asking, world, signal).batches(),
  };
}

class Polling {
  readonly #asking: Asking;
  readonly #world: FeedWorld;
  readonly #signal: AbortSignal;
  readonly #vendorWorld: VendorWorld;
  readonly #unknown = new Set<string>();
  #failures = 0;
  #answeredMs: number | undefined;

  constructor(asking: Asking, world: FeedWorld, signal: AbortSignal) {
    this.#asking = asking;
    this.#world = world;
    this.#signal = signal;
    this.#vendorWorld = {
      // Waits end at once when the feed is stopped; then nothing is asked any more.
      fetch: (input, init) =>
        signal.aborted ? Promise.reject(new Error("stopped")) : world.fetch(input, init),
      nowMs: world.nowMs,
      sleep: (ms) => world.sleep(ms, signal),
      random: world.random,
    };
  }

  async *batches(): AsyncGenerator<FeedBatch> {
    const { symbols, roundMs = 1_000 } = this.#asking;
    const { nowMs, sleep } = this.#world;
    while (!this.#signal.aborted) {
      const startedMs = nowMs();
      for (const symbol of symbols) {
        if (this.#signal.aborted) return;
        if (!this.#unknown.has(symbol)) yield { ticks: await this.#ask(symbol) };
      }
      if (this.#unknown.size === symbols.length) throw this.#nothingKnown();
      await sleep(Math.max(0, startedMs + roundMs - nowMs()), this.#signal);
    }
  }

  async #ask(symbol: string): Promise<readonly FeedTick[]> {
    try {
      const ticks = await this.#asking.ask(symbol, this.#vendorWorld);
      this.#isBack();
      return ticks;
    } catch (error) {
      if (!this.#signal.aborted) await this.#failed(symbol, error);
      return [];
    }
  }

  /** @throws AppError what no waiting mends */
  async #failed(symbol: string, error: unknown): Promise<void> {
    if (!(error instanceof AppError)) throw error;
    const { note, instruments, random, sleep } = this.#world;
    const feed = this.#asking.name;
    const status = statusOf(error);
    if (status === UNKNOWN) {
      this.#unknown.add(symbol);
      return note("feed.symbol_unknown", { feed, symbol });
    }
    if (error.code === "VENDOR_REFUSED" || status === UNPAID) throw error;
    if (error.code === "VENDOR_ANSWER") {
      instruments.add("feed_ticks_total", { feed, result: "malformed" });
      return note("feed.message_malformed", { feed, symbol, reason: error.message });
    }
    if (error.code !== "DEPENDENCY_DOWN") throw error;
    const longestMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.#failures++);
    // At least half of it: whoever is told to wait by a limit of a day gains nothing by coming back at once.
    const waitMs = longestMs * (0.5 + random() / 2);
    note("feed.vendor_away", { feed, reason: error.message, wait_ms: Math.round(waitMs) });
    await sleep(waitMs, this.#signal);
  }

  #isBack(): void {
    const { instruments, note, nowMs } = this.#world;
    const feed = this.#asking.name;
    if (this.#failures > 0 && this.#answeredMs !== undefined) {
      instruments.add("feed_reconnects_total", { feed });
      instruments.add("feed_gaps_total", { feed });
      const [from, to] = [this.#answeredMs, nowMs()].map((ms) => new Date(ms).toISOString());
      note("feed.gap", { feed, from, to });
    }
    this.#failures = 0;
    this.#answeredMs = nowMs();
  }

  #nothingKnown(): AppError {
    const { name, symbols } = this.#asking;
    return new AppError(
      "VENDOR_ANSWER",
      `${name} knows none of the symbols ${symbols.join(", ")}`,
      {
        dependency: name,
      },
    );
  }
}
