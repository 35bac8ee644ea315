/**
 * Requests over kept connections, for a bounded time: each connection asks again as soon as it is answered. Answers are
 * read to their end. Times are those a client sees; this process and the service share the machine.
 */
import { Agent, type IncomingMessage, request } from "node:http";

const LOOPBACK = /^http:\/\/127\.0\.0\.1:\d+$/;
const ANSWERED_WITHIN_MS = 30_000;

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

/** `began` stays that of the first attempt when a second is made. */
function reach(url: string, shot: Shot, agent: Agent, began = performance.now()): Promise<Reached> {
  const { path, headers = {} } = shot;
  return new Promise((resolve) => {
    let bytes = 0;
    const ended = (failure?: string) => resolve({ ms: performance.now() - began, bytes, failure });
    const answered = (answer: IncomingMessage) => {
      const { statusCode: status = 0 } = answer;
      const isRight = (status >= 200 && status < 300) || status === 304;
      answer.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on("end", () => ended(isRight ? undefined : `${status} ${path}`));
      answer.on("error", (error) => ended(error.message));
    };
    const asked = request(url + path, { agent, headers, timeout: ANSWERED_WITHIN_MS }, answered);
    asked.on("timeout", () => asked.destroy(new Error("no answer in time")));
    asked.on("error", (error: NodeJS.ErrnoException) => {
      // A server may close an idle connection just when it is used again; a client has to ask anew (RFC 9112, 9.3.1).
      const wasIdle = asked.reusedSocket && error.code === "ECONNRESET";
      if (wasIdle) resolve(reach(url, shot, agent, began));
      else ended(error.message);
    });
    asked.end();
  });
}

/** @throws Error for an address that is not this machine */
export async function drive({ url, shot, connections, ...load }: Load): Promise<Measured> {
  if (!LOOPBACK.test(url)) throw new Error(`load goes to this machine only, not to "${url}"`);
  const { seconds, warmups = 0, rate = Number.POSITIVE_INFINITY } = load;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const answers: Reached[] = [];
  try {
    for (let n = 0; n < warmups; n++) await reach(url, shot(n), agent);
    const began = performance.now();
    const endMs = began + seconds * 1000;
    let asked = 0;
    const worker = async () => {
      while (performance.now() < endMs) {
        const n = asked++;
        await until(began + (n * 1000) / rate);
        answers.push(await reach(url, shot(warmups + n), agent));
      }
    };
    await Promise.all(Array.from({ length: connections }, worker));
    return summed(answers, (performance.now() - began) / 1000);
  } finally {
    agent.destroy();
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
