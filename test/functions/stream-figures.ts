/** Moves every figure of the stream: frames through its function, a compaction, and a topic that is behind. */
import type { Context } from "aws-lambda";
import { expect } from "vitest";
import type { Instruments } from "../../lib/ports.ts";
import { encodeFrame } from "../../lib/stream/frame.ts";
import { kafkaLag } from "../../localstack/event-sources/kafka-lag.ts";
import { kinesisEvent } from "../edge/stream-events.ts";
import { tickFrame } from "../stream/tick-frame.ts";

const START_MS = Date.UTC(2024, 11, 31, 15);
/** Not the one whose segments the service begins with. */
const SHARD = "shardId-000000000007";

type Row = readonly [timeMs: number, price: number, id: number];

/** A frame of one symbol; times from the start. */
function frame(number: number, rows: readonly Row[]): Uint8Array {
  const ticks = rows.map(([timeMs, price, id]) => ({
    symbol: "FIGURES",
    timeMs: START_MS + timeMs,
    price,
    size: 100,
    id,
  }));
  return encodeFrame(tickFrame(ticks, { epochMs: START_MS, number, sentMs: START_MS }));
}

/** 2 ticks that are fine, and a third that closes their bars; one without price, one late, one twice; frame 2 is missing. */
const FRAMES = [
  frame(1, [
    [0, 100, 1],
    [1_000, 101, 2],
  ]),
  frame(3, [
    [600_000, 102, 3],
    [600_001, Number.NaN, 4],
    [2_000, 103, 5],
    [600_000, 102, 3],
  ]),
];

async function tick(): Promise<void> {
  const { handler } = await import("../../functions/stream/tick.ts");
  const sent = [...FRAMES, FRAMES[1]!];
  const records = sent.map((bytes, at) => ({
    seq: String(at + 1),
    bytes,
    arrivalMs: Date.now() - 50,
  }));
  const event = kinesisEvent(records, "ticks", SHARD);
  expect(await handler(event)).toEqual({ batchItemFailures: [] });
}

async function compact(): Promise<void> {
  const { handler } = await import("../../functions/market/compact.ts");
  await handler({ id: "figures" }, { awsRequestId: "figures" } as Context);
}

export async function moveStreamFigures(instruments: Instruments): Promise<void> {
  await tick();
  await compact();
  const ends = async () => new Map([[2, 50n]]);
  const lag = kafkaLag({ topic: "market.raw", ends, instruments });
  lag.goesOnAt(2, 43n);
  await lag.tell();
  await lag.close();
}

/** The figures, as they then are. */
export const STREAM_FIGURES: Readonly<Record<string, number>> = {
  'tick_messages_received_total{result="accepted"}': 3,
  'tick_messages_received_total{result="late"}': 1,
  'tick_messages_received_total{result="refused"}': 1,
  'tick_messages_received_total{result="repeat"}': 1,
  'stream_frames_total{result="taken"}': 2,
  'stream_frames_total{result="missing"}': 1,
  'stream_frames_total{result="repeat"}': 1,
  'stream_compactions_total{outcome="idle"}': 1,
  aggregated_messages_received_total: 2,
  processing_latency_seconds_count: 2,
  'kafka_consumer_lag{topic="market.raw",partition="2"}': 7,
};
