/**
 * Requests over kept connections, for a bounded time: each connection asks again as soon as it is answered. Answers are
 * read to their end. Times are those a client sees; this process and the service share the machine.
 */
import { Connection, NotAnswered } from "./connection.ts";

const LOOPBACK = /^http:\/\/127\.0\.0\.1:\d+$/;

export type Shot = Readonly<{ path: string; headers?: Readonly<Record<string, string>> }>;

export type Load = Readonly<{
  /** Of the service; loopback only. */
  url: string;
  /** What the next request asks, by its number. */
  shot: (n: number) => Shot;
  connections: number;
  seconds: number;
  /** Requests that are not counted. */
  warmups?: number;
  /** Most requests a second over all connections; as fast as they are answered without it. */
  rate?: number;
}>;

export type Measured = Readonly<{
  requests: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
  /** Of all bodies. */
  bytes: number;
  /** What was no 2xx or 304, and how often: "500", "ECONNRESET". */
  failures: ReadonlyMap<string, number>;
}>;

type Reached = Readonly<{ ms: number; bytes: number; failure: string | undefined }>;

/** The value below which the part `share` of the sorted values lies. */
export const percentile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;

/** A path and its headers as HTTP/1.1 has them. */
function requestOf({ path, headers = {} }: Shot): string {
  const lines = Object.entries({ host: "127.0.0.1", ...headers });
  return `GET ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
}

/** One who asks, and asks again, over a connection that is made anew when it is over. */
class Asker {
  readonly #port: number;
  #connection: Connection;

  constructor(url: string) {
    this.#port = Number(new URL(url).port);
    this.#connection = new Connection(this.#port);
  }

  async ask(shot: Shot): Promise<Reached> {
    const began = performance.now();
    const request = requestOf(shot);
    const reached = (bytes: number, failure?: string): Reached => ({
      ms: performance.now() - began,
      bytes,
      failure,
    });
    for (;;) {
      const connection = this.#kept();
      try {
        const { status, bytes } = await connection.ask(request);
        const isRight = (status >= 200 && status < 300) || status === 304;
        return reached(bytes, isRight ? undefined : `${status} ${shot.path}`);
      } catch (error) {
        // A server may close an idle connection just when it is used again; a client has to ask anew (RFC 9112, 9.3.1).
        if (error instanceof NotAnswered && connection.isUsed) continue;
        return reached(0, (error as Error).message);
      }
    }
  }

  #kept(): Connection {
    if (this.#connection.isOver) this.#connection = new Connection(this.#port);
    return this.#connection;
  }

  close(): void {
    this.#connection.close();
  }
}

/** @throws Error for an address that is not this machine */
export async function drive({ url, shot, connections, ...load }: Load): Promise<Measured> {
  if (!LOOPBACK.test(url)) throw new Error(`load goes to this machine only, not to "${url}"`);
  const { seconds, warmups = 0, rate = Number.POSITIVE_INFINITY } = load;
  const askers = Array.from({ length: connections }, () => new Asker(url));
  const answers: Reached[] = [];
  try {
    for (let n = 0; n < warmups; n++) await askers[n % connections]!.ask(shot(n));
    const began = performance.now();
    const endMs = began + seconds * 1000;
    let asked = 0;
    const keepAsking = async (asker: Asker) => {
      while (performance.now() < endMs) {
        const n = asked++;
        await until(began + (n * 1000) / rate);
        answers.push(await asker.ask(shot(warmups + n)));
      }
    };
    await Promise.all(askers.map(keepAsking));
    return summed(answers, (performance.now() - began) / 1000);
  } finally {
    for (const asker of askers) asker.close();
  }
}

function summed(answers: readonly Reached[], seconds: number): Measured {
  const times = answers.map(({ ms }) => ms).sort((a, b) => a - b);
  const failures = new Map<string, number>();
  for (const { failure } of answers)
    if (failure !== undefined) failures.set(failure, (failures.get(failure) ?? 0) + 1);
  return {
    requests: times.length,
    perSecond: times.length / seconds,
    p50Ms: percentile(times, 0.5),
    p99Ms: percentile(times, 0.99),
    maxMs: times.at(-1) ?? 0,
    bytes: answers.reduce((sum, { bytes }) => sum + bytes, 0),
    failures,
  };
}

async function until(atMs: number): Promise<void> {
  const ms = atMs - performance.now();
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}
