/** Live clients of one process that know what is to come: how late each trade is, and whether its number came, once. */
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";

export type Delays = Readonly<{ medianMs: number; p99Ms: number; longestMs: number }>;

type Told = Readonly<{ channel: string; symbol: string; first_seq: number; seq: number }>;
type Message = Readonly<{ type: string; code?: string; items?: readonly Told[] }>;
type Client = Readonly<{ socket: WebSocket; last: Map<string, number> }>;

/** Delays are counted in tenths of a millisecond, up to a minute. */
const STEP_MS = 0.1;
const LONGEST_MS = 60_000;
const PATIENCE_MS = 30_000;

const nowMs = (): number => performance.timeOrigin + performance.now();

export class Subscribers {
  readonly #clients: Client[] = [];
  /** Instants of the trades of each symbol that somebody watches, in the order of their numbers. */
  readonly #times = new Map<string, number[]>();
  /** Delays of each round, looked at when all is over; those before the first are not wanted. */
  readonly #rounds: Uint32Array[] = [];
  #counts = new Uint32Array(LONGEST_MS / STEP_MS + 1);
  #trades = 0;
  #fault: string | undefined;

  /** @param lists of symbols, one for each client. Resolves when all of them are subscribed */
  static async connect(address: string, lists: readonly (readonly string[])[]) {
    const made = new Subscribers();
    for (const symbols of lists) {
      for (const symbol of symbols) made.#times.set(symbol, []);
    }
    for (const symbols of lists) await made.#open(address, symbols);
    return made;
  }

  async #open(address: string, symbols: readonly string[]): Promise<void> {
    const socket = new WebSocket(address);
    const client = { socket, last: new Map(symbols.map((symbol) => [symbol, 0])) };
    this.#clients.push(client);
    const channels = ["trades", "bars"];
    const subscribe = () => socket.send(JSON.stringify({ action: "subscribe", channels, symbols }));
    await new Promise<void>((resolve, reject) => {
      socket.on("error", reject);
      socket.on("open", subscribe);
      socket.on("message", (bytes) => {
        const atMs = nowMs();
        const message = JSON.parse(String(bytes)) as Message;
        if (message.type === "subscription") resolve();
        else if (message.type === "data") this.#take(client, message.items ?? [], atMs);
        // A process that has just begun may be too busy for its deadlines.
        else if (message.code === "DEPENDENCY_DOWN") setTimeout(subscribe, 200);
        else reject(new Error(`a subscriber was told ${String(bytes).slice(0, 500)}`));
      });
    });
  }

  /** A trade of a symbol has happened. */
  expect({ symbol, timeMs }: Readonly<{ symbol: string; timeMs: number }>): void {
    this.#times.get(symbol)?.push(timeMs);
  }

  #take({ last }: Client, items: readonly Told[], atMs: number): void {
    for (const { channel, symbol, first_seq: from, seq } of items) {
      if (channel !== "trades") continue;
      const known = last.get(symbol)!;
      // A function whose first look at Redis came too late told nobody; a client has its snapshot then.
      if (known > 0 && from !== known + 1)
        this.#fault ??= `${symbol}: ${from} to ${seq} came after ${known}`;
      last.set(symbol, seq);
      const times = this.#times.get(symbol)!;
      this.#trades += seq - from + 1;
      for (let number = from; number <= seq; number++) {
        const delayMs = Math.min(LONGEST_MS, Math.max(0, atMs - times[number - 1]!));
        this.#counts[Math.round(delayMs / STEP_MS)]!++;
      }
    }
  }

  /** Waits until the first trade was told. */
  async told(): Promise<void> {
    const untilMs = nowMs() + PATIENCE_MS;
    while (this.#trades === 0 && nowMs() < untilMs) await sleep(20);
  }

  /** What comes from now on is a round of its own. */
  begin(): void {
    this.#counts = new Uint32Array(this.#counts.length);
    this.#rounds.push(this.#counts);
  }

  /** What comes from now on belongs to no round. */
  end(): void {
    this.#counts = new Uint32Array(this.#counts.length);
  }

  delays(): Delays[] {
    return this.#rounds.map(delaysOf);
  }

  /**
   * Waits until every client was told every trade of its symbols.
   * @returns how many numbers were told
   * @throws Error for a number that was left out, or came twice
   */
  async whole(): Promise<number> {
    const behind = () =>
      this.#clients.flatMap(({ last }, client) =>
        [...last]
          .filter(([symbol, seq]) => seq < this.#times.get(symbol)!.length)
          .map(([symbol, seq]) => `${client}: ${symbol} ${seq}/${this.#times.get(symbol)!.length}`),
      );
    let known = -1;
    for (let newsMs = nowMs(); behind().length > 0 && nowMs() < newsMs + PATIENCE_MS; ) {
      if (this.#trades > known) newsMs = nowMs();
      known = this.#trades;
      await sleep(20);
    }
    if (this.#fault !== undefined) throw new Error(this.#fault);
    const missing = behind();
    if (missing.length > 0)
      throw new Error(`${missing.length} at the end: ${missing.slice(0, 5).join(", ")}`);
    return this.#trades;
  }

  close(): void {
    for (const { socket } of this.#clients) socket.terminate();
  }
}

function delaysOf(counts: Uint32Array): Delays {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) throw new Error("the subscribers were told nothing");
  const at = (share: number) => {
    let left = Math.ceil(share * total);
    const step = counts.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return step * STEP_MS;
  };
  return { medianMs: at(0.5), p99Ms: at(0.99), longestMs: at(1) };
}
