// How many bytes a real trade takes in a segment of a batch, and in a larger one.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync, zstdCompressSync } from "node:zlib";
import { expect, it } from "vitest";
import { decodeSegment, encodeSegment, type Segment } from "../../lib/stream/segment.ts";
import { TICK } from "../../lib/stream/ticks.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const folder = `${shared}/data/ticks`;
const isThere = existsSync(folder);
if (!isThere) console.log(`skipped: no ${folder}`);

const MIDNIGHT_MS = Date.UTC(2013, 9, 7, 4);

/** Rows of a day's trades as a segment of one frame: prices in dollars, ids as a feed would count them. */
function segmentOf(name: string, from: number, to = Number.POSITIVE_INFINITY): Segment {
  const rows = gunzipSync(readFileSync(`${folder}/${name}.csv.gz`))
    .toString("latin1")
    .trimEnd()
    .split("\n")
    .slice(from, to)
    .map((line) => line.split(","));
  const column = (place: number, of = (cell: number) => cell) =>
    Float64Array.from(rows, (cells) => of(Number(cells[place])));
  const frame = { seq: "1", producer: "replay/0", epochMs: 0, number: 1, sentMs: 0, clockMs: null };
  return {
    log: "ticks",
    shard: "0",
    after: "0",
    through: "1",
    processedMs: MIDNIGHT_MS,
    symbols: ["IBM"],
    frames: [{ ...frame, isLive: false, arrivalMs: 0, rows: rows.length }],
    ticks: {
      rows: rows.length,
      symbol: new Int32Array(rows.length),
      timeMs: column(0, (ms) => MIDNIGHT_MS + ms),
      price: column(1, (price) => price / 10_000),
      size: column(2),
      id: Float64Array.from(rows.keys(), (row) => from + row),
      flags: Uint8Array.from(rows, (cells) => (cells[4] === "1" ? 0 : TICK.irregular)),
    },
    bars: [],
    anomalies: [],
    refused: [],
  };
}

it.skipIf(!isThere).each([
  ["tick_ibm_20131007_trade", 0, undefined, 4.5],
  ["tick_ibm_20131007_trade", 5000, 6000, 5.5],
  ["tick_spy_20131008_trade", 0, undefined, 4],
])("keeps %s from row %i to %s in at most %f bytes a trade", (name, from, to, most) => {
  const segment = segmentOf(name, from, to);
  const bytes = encodeSegment(segment);
  expect(decodeSegment(bytes)).toEqual(segment);
  const perTick = zstdCompressSync(bytes).length / segment.ticks.rows;
  console.log(`${name}: ${segment.ticks.rows} trades, ${perTick.toFixed(2)} bytes each`);
  expect(perTick).toBeLessThanOrEqual(most);
});
