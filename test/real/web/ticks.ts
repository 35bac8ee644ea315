/** Trades on the log of a service of one's own, in frames as feeds send them. */
import { kinesisLog } from "../../../lib/edge/kinesis.ts";
import { encodeFrame } from "../../../lib/stream/frame.ts";
import type { Tick } from "../../../lib/stream/ticks.ts";
import { tickFrame } from "../../stream/tick-frame.ts";

export type TickSource = Readonly<{
  /** Resolves when the log has stored them. */
  send: (ticks: readonly Tick[], clockMs?: number) => Promise<void>;
}>;

export type TickSourceOptions = Readonly<{
  /** Where the log is. */
  endpoint: string;
  producer: string;
  /** Whether times are those of now. */
  isLive: boolean;
}>;

export function tickSource({ endpoint, producer, isLive }: TickSourceOptions): TickSource {
  const log = kinesisLog({
    region: "us-east-1",
    endpoint,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    streams: { ticks: "ticks" },
  });
  const epochMs = Date.now();
  let number = 0;
  return {
    async send(ticks, clockMs) {
      number++;
      const head = { producer, epochMs, number, sentMs: Date.now(), isLive };
      const bytes = encodeFrame(tickFrame(ticks, { ...head, clockMs: clockMs ?? null }));
      await log.append("ticks", [{ key: producer, bytes }]);
    },
  };
}

/** A walk of prices by cents, one trade each `stepMs`, the same at every run. */
export function walk(symbol: string, fromMs: number, count: number, stepMs: number): Tick[] {
  let cents = 10_000;
  let state = 7;
  return Array.from({ length: count }, (_, at) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    cents += ((state >> 16) % 21) - 10;
    return {
      symbol,
      timeMs: fromMs + at * stepMs,
      price: Math.max(100, cents) / 100,
      size: 1 + ((state >> 8) % 300),
    };
  });
}
