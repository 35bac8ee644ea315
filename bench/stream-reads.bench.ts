/**
 * One day of the market stream as it is stored: bars of 1, 5 and 15 minutes of 500 symbols over a session. How large the
 * part is, how long folding the segments takes, opening the part, and a session of one symbol out of it: as rows, as the
 * answer of the endpoint, and while another 30 minutes of segments are not folded yet. Objects in memory: no network.
 */
import { barRows } from "../lib/bars/reading.ts";
import { zstd } from "../lib/edge/zstd.ts";
import { compact } from "../lib/jobs/stream/compact.ts";
import { streamBars } from "../lib/jobs/stream/reads/bars.ts";
import { FileCache } from "../lib/jobs/stream/reads/file-cache.ts";
import { StreamReads } from "../lib/jobs/stream/reads/view.ts";
import { putSegment } from "../lib/jobs/stream/segments.ts";
import type { Segment, SegmentBar } from "../lib/stream/segment.ts";
import { demandSame, type Figure, interleaved, type Options } from "./harness.ts";
import { memoryObjects, storeOver } from "./stores.ts";
import { uniform } from "./uniform.ts";

const MINUTE_MS = 60_000;
const OPENING_MS = Date.UTC(2024, 11, 31, 14, 30);
const SESSION = 390;
const LATER = 30;
const SIZES = [1, 5, 15];
const LOG = "ticks";
const PART = "day/20241231";

const MB = 1e6;

export async function run({ small }: Options): Promise<Figure[]> {
  const symbols = Array.from({ length: small ? 5 : 500 }, (_, at) => `S${1000 + at}`);
  const world = { objects: memoryObjects(), packing: zstd, nowMs: Date.now };
  const images = storeOver(world.objects);
  const segments = segmentsOf(symbols, SESSION + LATER);
  for (const one of segments.slice(0, SESSION)) await putSegment(world, one);
  const began = performance.now();
  const summary = await compact({ ...world, images }, { log: LOG, ageMs: -Infinity });
  const foldMs = performance.now() - began;
  const stored = SIZES.reduce((sum, size) => sum + Math.floor(SESSION / size), 0);
  demandSame("bars folded", summary.bars, stored * symbols.length);
  const { raw_bytes, bytes } = (await images.snapshot("bars")).manifest.parts[PART]!;
  const samples = await timed({ ...world, images }, symbols, segments.slice(SESSION), small);
  images.close();
  const what = `${symbols.length} symbols, ${(stored * symbols.length).toLocaleString("en-US")} bars`;
  const figure = (name: string, unit: "ms" | "MB", values: number[], atMost: number): Figure => ({
    ...{ name: `${name}, ${what}`, unit, samples: values },
    checked: "every bar is there; 390 of the symbol in each answer",
    ...(!small && { target: { atMost } }),
  });
  return [
    figure("a day of bars", "MB", [raw_bytes / MB], 22),
    figure("the same packed", "MB", [bytes / MB], 7),
    figure("folding its segments", "ms", [foldMs], 10_000),
    figure("opening it packed", "ms", samples.open, 150),
    figure("390 bars as rows", "ms", samples.rows, 1),
    figure("390 bars as an answer", "ms", samples.answer, 4),
    figure("390 bars beside 30 min of segments", "ms", samples.beside, 8),
  ];
}

type World = Readonly<{ objects: ReturnType<typeof memoryObjects> }> &
  Omit<ConstructorParameters<typeof StreamReads>[0], "files" | "liveState" | "log">;

async function timed(
  world: World,
  symbols: readonly string[],
  later: readonly Segment[],
  small: boolean,
) {
  const readers = () =>
    new StreamReads({
      ...{ ...world, log: LOG, files: new FileCache(256 * MB), liveState: async () => [] },
    });
  const symbol = symbols[symbols.length >> 1]!;
  const snapshot = await world.images.snapshot("bars");
  const { query } = await snapshot.open(PART);
  const range = { symbol, sizeMs: MINUTE_MS, fromMs: OPENING_MS, toMs: OPENING_MS + 86_400_000 };
  const answer = async (reads: StreamReads) => {
    const request = { symbol, sizeMs: MINUTE_MS, startMs: OPENING_MS, limit: SESSION };
    const { compute, release } = await streamBars(reads, request);
    const text = await compute();
    release();
    demandSame("bars", (JSON.parse(text) as { bars: unknown[] }).bars.length, SESSION);
    return text;
  };
  const open = async () => {
    const store = storeOver(world.objects);
    const cold = await store.snapshot("bars");
    await cold.open(PART);
    cold.release();
    store.close();
  };
  const rounds = { rounds: small ? 2 : 15, warmups: small ? 1 : 3 };
  const rows = () => {
    const found = barRows(query, range, SESSION, false);
    demandSame("rows", found.length, SESSION);
    return found;
  };
  const folded = readers();
  const first = await interleaved({ open, rows, answer: () => answer(folded) }, rounds);
  for (const one of later) await putSegment(world, one);
  const both = readers();
  const { beside } = await interleaved({ beside: () => answer(both) }, rounds);
  snapshot.release();
  return { ...first, beside };
}

/** One segment a minute, with the bars that have closed in it and one tick of each symbol. Prices walk. */
function segmentsOf(symbols: readonly string[], minutes: number): Segment[] {
  const random = uniform(11);
  const walks = symbols.map((symbol) => ({ symbol, cents: 5000 + random() * 40_000, seq: 0 }));
  return Array.from({ length: minutes }, (_, minute) => {
    const endMs = OPENING_MS + (minute + 1) * MINUTE_MS;
    const closed = SIZES.filter((size) => (minute + 1) % size === 0);
    const bars = closed.flatMap((size) =>
      walks.map((walk): SegmentBar => {
        walk.seq++;
        walk.cents = Math.max(1000, Math.round(walk.cents + 20 * (random() - 0.5)));
        const { symbol, seq, cents } = walk;
        return { ...barOf(random, cents, size * MINUTE_MS, endMs), symbol, seq };
      }),
    );
    const [after, through] = [String(minute), String(minute + 1)];
    const ticks = {
      rows: symbols.length,
      symbol: Int32Array.from(symbols.keys()),
      timeMs: new Float64Array(symbols.length).fill(endMs - 1),
      price: new Float64Array(symbols.length).fill(100),
      size: new Float64Array(symbols.length).fill(100),
    };
    const frame = { seq: through, producer: "bench/0", epochMs: 1, number: minute + 1 };
    const times = { sentMs: endMs, clockMs: null, isLive: false, arrivalMs: endMs };
    return {
      ...{ log: LOG, shard: "0", after, through, processedMs: endMs, symbols },
      ...{ frames: [{ ...frame, ...times, rows: symbols.length }], ticks },
      ...{ bars, anomalies: [], refused: [] },
    };
  });
}

function barOf(random: () => number, cents: number, sizeMs: number, endMs: number) {
  const off = (most: number) => (cents + Math.round(most * (random() - 0.5))) / 100;
  const volume = 100 * (1 + Math.floor(random() * 50));
  return {
    ...{ sizeMs, startMs: endMs - sizeMs, endMs, volume },
    ...{ open: off(8), close: off(8), low: (cents - 6) / 100, high: (cents + 6) / 100 },
    // As a sum of prices times sizes over their sum comes out: a fraction without end.
    vwap: Math.round(cents * volume + 50 * random()) / (100 * volume),
    trades: 1 + Math.floor(random() * 300),
    ...{ revision: 0, partial: false, irregular: false },
  };
}
