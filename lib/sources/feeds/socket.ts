/**
 * A feed over a vendor's WebSocket. What to say and how to read the answers is a {@link Dialect}; here a connection is
 * opened, watched, given up and opened again, further apart each time it fails. A vendor sends nothing again, so each loss
 * of a connection that was ready is told as a gap: nobody can say what was in it.
 */
import { AppError } from "../../errors.ts";
import type { Feed, FeedBatch, FeedTick, FeedWorld } from "../../feed.ts";
import { backOffMs } from "../vendor/retry.ts";
import { type Connection, connect, Lost } from "./connection.ts";

/** What came of one message. */
export type Heard = Readonly<{
  ticks?: readonly FeedTick[];
  /** To be sent now. */
  send?: readonly string[];
  /** The vendor has confirmed key and subscription: what it sends from now on is all there is. */
  isReady?: boolean;
  /** Why to connect again, in the vendor's words: too many connections, a slow reader. */
  lost?: string;
  /** Ticks that are none, by what is wrong with them. */
  malformed?: number;
  repeated?: number;
  unmatched?: number;
  ignored?: number;
}>;

/** One connection's conversation. */
export type Session = Readonly<{
  /** @throws AppError VENDOR_REFUSED when asking again is of no use, SyntaxError for what is no JSON */
  hear: (text: string) => Heard;
  /** What a vendor that is alive answers. */
  probe: () => string;
}>;

export type Dialect = Readonly<{
  name: string;
  /** May hold a key; it stands in no message. */
  url: string;
  /** What must not stand in messages. */
  secrets: readonly string[];
  session: () => Session;
}>;

export type SocketTimes = Readonly<{
  /** From the opening to {@link Heard.isReady}; 20 s. */
  readyMs?: number;
  /** Silence after which the vendor is asked whether it is there; 60 s. */
  idleMs?: number;
  /** How long it may take to answer that; 10 s. */
  answerMs?: number;
  /** How far behind now the clock of the stream is told: what vendors report later is late; 5 s. */
  reportMs?: number;
  /** A connection that lasted so long was a good one: the next is tried at once; 30 s. */
  goodMs?: number;
}>;

const COUNTED = ["malformed", "repeated", "unmatched", "ignored"] as const;
const SHOWN_FIRST = 3;

export function socketFeed(dialect: Dialect, world: FeedWorld, times: SocketTimes = {}): Feed {
  return {
    name: dialect.name,
    isLive: true,
    isPausable: false,
    read: (signal) => new Reading(dialect, world, times).batches(signal),
  };
}

class Reading {
  readonly #dialect: Dialect;
  readonly #world: FeedWorld;
  readonly #times: SocketTimes;
  /** When a connection that was ready was last heard. */
  #heardMs: number | undefined;
  #malformed = 0;

  constructor(dialect: Dialect, world: FeedWorld, times: SocketTimes) {
    this.#dialect = dialect;
    this.#world = world;
    this.#times = times;
  }

  async *batches(signal: AbortSignal): AsyncGenerator<FeedBatch> {
    const { goodMs = 30_000 } = this.#times;
    const { nowMs, sleep, random, note, instruments } = this.#world;
    for (let attempt = 1; !signal.aborted; attempt++) {
      const startedMs = nowMs();
      const connection = connect(this.#dialect.url, this.#dialect.secrets);
      try {
        yield* this.#connected(connection, signal);
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        if (nowMs() - startedMs >= goodMs) attempt = 1;
        const waitMs = backOffMs(attempt, random());
        instruments.add("qf_dependency_failures_total", { part: "vendor" });
        const reason = error.message;
        note("feed.connection_lost", {
          feed: this.#dialect.name,
          reason,
          attempt,
          wait_ms: waitMs,
        });
        await sleep(waitMs, signal);
      } finally {
        connection.close();
      }
    }
  }

  /** One connection, until it is lost or the reading is stopped. */
  async *#connected(connection: Connection, signal: AbortSignal): AsyncGenerator<FeedBatch> {
    const session = this.#dialect.session();
    const { nowMs } = this.#world;
    const watch = new Watch(this.#times, nowMs());
    for (;;) {
      const isLast = signal.aborted;
      const texts = await connection.next(watch.waitMs(nowMs()), signal);
      const ticks: FeedTick[] = [];
      for (const text of texts) {
        const heard = this.#hear(session, text);
        for (const message of heard.send ?? []) connection.send(message);
        if (heard.isReady === true && watch.ready()) this.#isBack();
        for (const tick of heard.ticks ?? []) ticks.push(tick);
        if (heard.lost !== undefined) {
          if (ticks.length > 0) yield { ticks };
          throw new Lost(heard.lost);
        }
      }
      if (texts.length > 0) watch.heard(nowMs());
      if (watch.isReady) this.#heardMs = watch.heardMs;
      const { reportMs = 5_000 } = this.#times;
      yield { ticks, ...(watch.isReady && { clockMs: nowMs() - reportMs }) };
      // What came before the stop has been told.
      if (isLast) return;
      if (watch.shouldProbe(nowMs())) connection.send(session.probe());
    }
  }

  #hear(session: Session, text: string): Heard {
    const { instruments, note } = this.#world;
    const feed = this.#dialect.name;
    try {
      const heard = session.hear(text);
      for (const result of COUNTED) {
        const count = heard[result] ?? 0;
        if (count > 0) instruments.add("feed_ticks_total", { feed, result }, count);
      }
      if (heard.malformed) this.#show(text);
      return heard;
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (!(error instanceof SyntaxError)) throw error;
      instruments.add("feed_ticks_total", { feed, result: "malformed" });
      this.#show(text);
      note("feed.message_unreadable", { feed, reason: error.message.slice(0, 200) });
      return {};
    }
  }

  /** The first messages that are not understood are shown, the others only counted. */
  #show(text: string): void {
    if (++this.#malformed > SHOWN_FIRST) return;
    const said = text.slice(0, 200);
    this.#world.note("feed.message_malformed", { feed: this.#dialect.name, said });
  }

  #isBack(): void {
    const { instruments, note, nowMs } = this.#world;
    const feed = this.#dialect.name;
    const heardMs = this.#heardMs;
    if (heardMs === undefined) return void note("feed.connected", { feed });
    instruments.add("feed_reconnects_total", { feed });
    instruments.add("feed_gaps_total", { feed });
    const [from, to] = [heardMs, nowMs()].map((ms) => new Date(ms).toISOString());
    note("feed.gap", { feed, from, to });
  }
}

/** How long a connection may be silent. */
class Watch {
  readonly #times: SocketTimes;
  readonly #startedMs: number;
  #probedMs: number | undefined;
  isReady = false;
  heardMs: number;

  constructor(times: SocketTimes, startedMs: number) {
    this.#times = times;
    this.#startedMs = startedMs;
    this.heardMs = startedMs;
  }

  /** @returns whether it was not ready before */
  ready(): boolean {
    const isNew = !this.isReady;
    this.isReady = true;
    return isNew;
  }

  heard(nowMs: number): void {
    this.heardMs = nowMs;
    this.#probedMs = undefined;
  }

  /** Until something has to be done, a second at most: the clock is told so often. @throws Lost */
  waitMs(nowMs: number): number {
    const { readyMs = 20_000, answerMs = 10_000, idleMs = 60_000 } = this.#times;
    if (!this.isReady) {
      const leftMs = this.#startedMs + readyMs - nowMs;
      if (leftMs <= 0) throw new Lost(`was not ready within ${readyMs} ms`);
      return Math.min(1_000, leftMs);
    }
    if (this.#probedMs === undefined)
      return Math.max(1, Math.min(1_000, this.heardMs + idleMs - nowMs));
    const leftMs = this.#probedMs + answerMs - nowMs;
    if (leftMs <= 0) throw new Lost(`was silent for ${nowMs - this.heardMs} ms`);
    return Math.min(1_000, leftMs);
  }

  /** Once after each silence. */
  shouldProbe(nowMs: number): boolean {
    const { idleMs = 60_000 } = this.#times;
    if (!this.isReady || this.#probedMs !== undefined || nowMs - this.heardMs < idleMs)
      return false;
    this.#probedMs = nowMs;
    return true;
  }
}
