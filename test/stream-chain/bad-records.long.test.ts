// Records that are wrong in every way go through the whole chain: each is set aside with its reason, and the shard goes on.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { encodeFrame } from "../../lib/stream/frame.ts";
import type { Segment } from "../../lib/stream/segment.ts";
import { type Chain, LOG, SHARD, startChain } from "./chain.ts";

const NOW_MS = Date.now();
type Row = Readonly<{ symbol?: number; price?: number; size?: number; timeMs?: number }>;
const GOOD: Row = {};

let id = 0;
function frame(number: number, rows: readonly Row[], symbols: readonly string[] = ["AAPL"]) {
  const column = (of: (row: Row) => number) => Float64Array.from(rows, of);
  return encodeFrame({
    producer: "test/0",
    epochMs: NOW_MS - 600_000,
    number,
    sentMs: NOW_MS,
    clockMs: null,
    isLive: false,
    symbols,
    rows: rows.length,
    columns: {
      symbol: Int32Array.from(rows, ({ symbol = 0 }) => symbol),
      timeMs: column(({ timeMs = NOW_MS }) => timeMs),
      price: column(({ price = 100 }) => price),
      size: column(({ size = 10 }) => size),
      id: column(() => ++id),
    },
  });
}

const text = (words: string) => new TextEncoder().encode(words);
const whole = frame(3, [GOOD, GOOD, GOOD]);

/** What is sent, in this order, and what is said of it. */
const SENT: readonly Readonly<{
  bytes: Uint8Array;
  taken: number;
  refused: readonly [row: number | null, reason: string][];
  isKept?: boolean;
}>[] = [
  { bytes: frame(1, [GOOD, GOOD]), taken: 2, refused: [] },
  {
    bytes: frame(
      2,
      [
        { price: Number.NaN },
        { price: -1 },
        { price: Number.POSITIVE_INFINITY },
        GOOD,
        { size: -5 },
        { size: Number.NaN },
        { timeMs: NOW_MS + 86_400_000 },
        { timeMs: Number.NaN },
        { symbol: 9 },
        { symbol: 1 },
      ],
      ["AAPL", "not a symbol"],
    ),
    taken: 1,
    refused: [
      [0, "bad_price"],
      [1, "bad_price"],
      [2, "bad_price"],
      [4, "bad_size"],
      [5, "bad_size"],
      [6, "bad_time"],
      [7, "bad_time"],
      [8, "unknown_symbol"],
      [9, "unknown_symbol"],
    ],
  },
  {
    bytes: whole.subarray(0, whole.length - 7),
    taken: 0,
    refused: [[null, "truncated"]],
    isKept: true,
  },
  { bytes: whole, taken: 3, refused: [] },
  { bytes: new Uint8Array([0x45]), taken: 0, refused: [[null, "not_a_frame"]], isKept: true },
  { bytes: text("{broken"), taken: 0, refused: [[null, "not_json"]], isKept: true },
  { bytes: text("\0\u0001junk"), taken: 0, refused: [[null, "damaged"]], isKept: true },
  {
    bytes: text(
      JSON.stringify([
        { symbol: "AAPL", price: -3, size: 1, time: NOW_MS },
        { symbol: "AAPL", price: 3, size: 1, time: NOW_MS + 86_400_000 },
      ]),
    ),
    taken: 0,
    refused: [
      [0, "bad_price"],
      [1, "bad_time"],
    ],
  },
  {
    bytes: frame(4, Array<Row>(150).fill({ price: 0 })),
    taken: 0,
    refused: Array.from({ length: 100 }, (_, row): [number, string] => [row, "bad_price"]),
    isKept: true,
  },
  { bytes: frame(5, [GOOD]), taken: 1, refused: [] },
];

describe("bad records in the log", () => {
  let chain: Chain;
  let segments: Segment[];

  beforeAll(async () => {
    chain = await startChain({ batchSize: 2, topics: ["trades AAPL"] });
    const records = SENT.map(({ bytes }) => ({ key: "test/0", bytes }));
    await chain.log.append(LOG, records);
    segments = await chain.settled();
  }, 60_000);
  afterAll(() => chain?.close());

  it("are set aside with their reasons, and what is good beside them is taken", async () => {
    const refused = segments.flatMap((segment) => segment.refused);
    expect(refused.map(({ row, reason }) => [row, reason])).toEqual(
      SENT.flatMap((one) => one.refused),
    );
    expect(refused.filter(({ detail }) => detail === "")).toEqual([]);
    const taken = SENT.reduce((sum, one) => sum + one.taken, 0);
    expect(segments.reduce((sum, { ticks }) => sum + ticks.rows, 0)).toBe(taken);
    // A cold function may not know yet who listens; what follows is told.
    let number = 2000;
    await vi.waitFor(
      async () => {
        await chain.log.append(LOG, [{ key: "test/0", bytes: frame(++number, [GOOD]) }]);
        expect(Math.max(0, ...chain.items.map(({ seq }) => seq))).toBeGreaterThan(taken);
      },
      { timeout: 15_000, interval: 250 },
    );
  });

  it("are kept whole where they could not be read, or were mostly wrong", async () => {
    const kept = await chain.objects.list(`quarantine/stream/${LOG}/${SHARD}/`);
    const bodies = await Promise.all(kept.map(({ key }) => chain.objects.get(key)));
    const wanted = SENT.filter(({ isKept }) => isKept).map(({ bytes }) => Buffer.from(bytes));
    expect(bodies.map((found) => found?.body)).toEqual(wanted);
  });

  it("never fail a batch, nor hold the shard", () => {
    expect(chain.lines).toEqual([`stream-tick.ticks: reads ${SHARD}`]);
  });

  it("are refused by the producer where no log takes them", async () => {
    const bytes = new Uint8Array(1024 * 1024);
    await expect(chain.log.append(LOG, [{ key: "test/0", bytes }])).rejects.toMatchObject({
      code: "DEGENERATE_INPUT",
      message: expect.stringContaining("at most 1048576 bytes"),
    });
    const before = await chain.settled();
    await chain.log.append(LOG, [{ key: "test/0", bytes: frame(1000, [GOOD]) }]);
    const after = await chain.settled();
    expect(after.length).toBe(before.length + 1);
  });
});
