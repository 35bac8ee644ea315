/**
 * Records of the log as bytes, in their three forms, to the closed bars and the six indicators of three sizes; ms per
 * million ticks, so 1,000 divided by it is millions of ticks per second.
 *
 * Packed frames go the whole way: frame, symbols as the table's indexes, windows, and every closed bar's close through
 * the indicators of its size. Frames of 4,000 ticks that each carry the whole list of names; every tick with an id; one
 * in ten out of order by up to two seconds; 67 ticks per symbol and minute, and a thinner stream of 7 beside it, in which
 * bars weigh more than ticks. One process, one stream that goes on from sample to sample.
 *
 * JSON (one tick per record, time as text, with an id) and Protocol Buffers (frames as above) are read to columns and no
 * further. Beside them what JSON.parse and protobufjs take to make their objects, without looking at them.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import protobuf from "protobufjs";
import type { Decoded } from "../lib/stream/decoded.ts";
import { decodeFrame, encodeFrame, type Frame } from "../lib/stream/frame.ts";
import { Indicators } from "../lib/stream/indicators/indicators.ts";
import { encodeTickFrame } from "../lib/stream/protobuf.ts";
import { frameOf } from "../lib/stream/record-frame.ts";
import { SymbolTable } from "../lib/stream/symbols.ts";
import { Windows } from "../lib/stream/windows.ts";
import { demandSame, type Figure, interleaved, type Options, ratios } from "./harness.ts";
import { goOn, MINUTE_MS, namesOf, SIZES_MS, type Ticks, ticksOf } from "./ticks.ts";

const FRAME_ROWS = 4000;
type Setup = Readonly<{ symbols: number; perMinute: number; atMostMs?: number }>;
const SETUPS: readonly Setup[] = [
  { symbols: 500, perMinute: 67, atMostMs: 1000 / 20 },
  { symbols: 5000, perMinute: 67, atMostMs: 1000 / 12 },
  { symbols: 5000, perMinute: 7 },
];

export async function run({ small }: Options): Promise<Figure[]> {
  const count = small ? 20_000 : 1_000_000;
  const figures: Figure[] = [];
  for (const setup of SETUPS) {
    const symbols = small ? setup.symbols / 10 : setup.symbols;
    figures.push(await packed({ ...setup, symbols }, count, small));
  }
  return [...figures, ...(await others(count, small))];
}

/** The whole way of packed frames. */
async function packed(
  { symbols, perMinute, atMostMs }: Setup,
  count: number,
  small: boolean,
): Promise<Figure> {
  const spanMs = Math.ceil(count / (symbols * perMinute)) * MINUTE_MS;
  const frames = framesOf(ticksOf(count, symbols, spanMs), symbols);
  const records = frames.map(encodeFrame);
  const checked = demandSameWay(frames);
  const chain = new Chain(symbols);
  // Views: what is changed in them is changed in the records.
  const columns = records.map((bytes) => (decodeFrame(bytes) as Frame).columns as Ticks);
  const samples = await interleaved(
    {
      ours: () => {
        for (const bytes of records) chain.take(bytes);
        return chain.updates;
      },
    },
    {
      ...(small ? { rounds: 2, warmups: 1 } : { rounds: 15, warmups: 3 }),
      prepare: () => goOn(columns, spanMs),
    },
  );
  return {
    name: `million ticks, ${symbols} symbols, ${perMinute} a minute: frames to indicators`,
    unit: "ms",
    samples: samples.ours.map((ms) => (ms / count) * 1e6),
    checked,
    ...(!small && atMostMs !== undefined && { target: { atMost: Math.floor(atMostMs) } }),
  };
}

/** Reading the other two forms. */
async function others(count: number, small: boolean): Promise<Figure[]> {
  const ticks = ticksOf(count, 500, Math.ceil(count / (500 * 67)) * MINUTE_MS);
  const frames = framesOf(ticks, 500);
  const wire = frames.map(encodeTickFrame);
  const json = jsonOf(ticks, Math.min(count, 200_000));
  const texts = json.map((bytes) => new TextDecoder().decode(bytes));
  const schema = fileURLToPath(new URL("../proto/ticks.proto", import.meta.url));
  const peer = protobuf.parse(readFileSync(schema, "utf8")).root.lookupType("TickFrame");
  const each =
    <Value>(values: readonly Value[], read: (value: Value) => unknown) =>
    () => {
      let last: unknown;
      for (const value of values) last = read(value);
      return last;
    };
  const samples = await interleaved(
    {
      json: each(json, (bytes) => frameOf({ bytes })),
      parse: each(texts, (text) => JSON.parse(text)),
      wire: each(wire, (bytes) => frameOf({ bytes })),
      protobufjs: each(wire, (bytes) => peer.decode(bytes)),
    },
    small ? { rounds: 2, warmups: 1 } : { rounds: 11, warmups: 2 },
  );
  const perMillion = (times: readonly number[], of: number) => times.map((ms) => (ms / of) * 1e6);
  const target = (atMost: number) => !small && { target: { atMost } };
  return [
    {
      name: "million ticks as JSON records, one each: read",
      unit: "ms",
      samples: perMillion(samples.json, json.length),
      ...target(1000),
    },
    {
      name: "JSON records: JSON.parse of their text alone / ours",
      unit: "x",
      samples: ratios(samples.parse, samples.json),
    },
    {
      name: "million ticks in Protobuf frames: read",
      unit: "ms",
      samples: perMillion(samples.wire, count),
      ...target(Math.floor(1000 / 15)),
    },
    {
      name: "Protobuf frames: protobufjs / ours",
      unit: "x",
      samples: ratios(samples.protobufjs, samples.wire),
    },
  ];
}

/** From records to indicators; nothing is kept of what came of it but the state. */
class Chain {
  readonly windows: Windows;
  readonly indicators: readonly Indicators[];
  updates = 0;
  readonly #symbols: SymbolTable;

  constructor(symbols: number) {
    this.#symbols = new SymbolTable(namesOf(symbols));
    this.windows = new Windows({ sizesMs: SIZES_MS }, this.#symbols);
    this.indicators = SIZES_MS.map(() => new Indicators(symbols));
  }

  take(bytes: Uint8Array): void {
    const decoded = frameOf({ bytes });
    if ("fault" in decoded) throw new Error(decoded.detail);
    const columns = { ...decoded.columns, symbol: this.#indexed(decoded) };
    this.windows.pushFrame(columns, 0, decoded.rows);
    const { bars } = this.windows;
    for (let row = 0; row < bars.length; row++) {
      const indicators = this.indicators[SIZES_MS.indexOf(bars.sizeMs[row]!)]!;
      if (bars.revision[row] === 0) indicators.update(bars.symbol[row]!, bars.close[row]!);
    }
    this.updates += bars.length;
    bars.clear();
  }

  /** The record's symbols as indexes of the table. */
  #indexed({ symbols, rows, columns }: Exclude<Decoded, { fault: string }>): Int32Array {
    const indexes = this.#symbols.indexes(symbols, () => true);
    const own = new Int32Array(rows);
    for (let row = 0; row < rows; row++) own[row] = indexes[columns.symbol[row]!]!;
    return own;
  }
}

function framesOf(ticks: Ticks, symbols: number): Frame[] {
  const names = namesOf(symbols);
  return Array.from({ length: Math.ceil(ticks.symbol.length / FRAME_ROWS) }, (_, at) => {
    const [from, to] = [at * FRAME_ROWS, Math.min((at + 1) * FRAME_ROWS, ticks.symbol.length)];
    const columns = {
      symbol: ticks.symbol.slice(from, to),
      timeMs: ticks.timeMs.slice(from, to),
      price: ticks.price.slice(from, to),
      size: ticks.size.slice(from, to),
      id: ticks.id.slice(from, to),
    };
    const head = { producer: "bench/0", epochMs: 1, number: at + 1, sentMs: 2, clockMs: null };
    return { ...head, isLive: false, symbols: names, rows: to - from, columns };
  });
}

function jsonOf({ symbol, timeMs, price, size, id }: Ticks, count: number): Uint8Array[] {
  const names = namesOf(500);
  const text = new TextEncoder();
  return Array.from({ length: count }, (_, row) => {
    const time = new Date(timeMs[row]!).toISOString();
    const tick = { symbol: names[symbol[row]!], price: price[row], size: size[row] };
    return text.encode(JSON.stringify({ ...tick, time, id: id[row] }));
  });
}

/** @throws Error unless the three forms of the first frames come to the same bars and indicators */
function demandSameWay(frames: readonly Frame[]): string {
  const some = frames.slice(0, 3);
  const symbols = some[0]!.symbols.length;
  const json = some.map(({ columns, rows, symbols: names }) => {
    const { symbol, timeMs, price, size, id } = columns;
    const entries = Array.from({ length: rows }, (_, row) => ({
      symbol: names[symbol[row]!],
      price: price[row],
      size: size[row],
      time: timeMs[row],
      id: id![row],
    }));
    return new TextEncoder().encode(JSON.stringify(entries));
  });
  const [first, ...rest] = [some.map(encodeFrame), some.map(encodeTickFrame), json].map((records) =>
    stateAfter(records, symbols),
  );
  for (const other of rest) demandSame("bars and indicators", first, other);
  return "equal for the three forms";
}

function stateAfter(records: readonly Uint8Array[], symbols: number): unknown {
  const chain = new Chain(symbols);
  for (const bytes of records) chain.take(bytes);
  const readings = Array.from({ length: symbols }, (_, symbol) =>
    chain.indicators.map((each) => each.reading("ema12", symbol)),
  );
  return { state: chain.windows.export(), readings, updates: chain.updates };
}
