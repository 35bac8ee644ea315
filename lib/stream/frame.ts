/**
 * The packed frame: many ticks in one record of the log, as columns that are read where they lie.
 *
 * Little-endian. Head of 64 bytes: "EQF1", flags (u32: 1 = live, 2 = with ids, 4 = with tick flags), rows (u32), symbols
 * (u32), bytes of the names (u32), 0 (u32), then as f64: epoch, number, sent, clock (NaN = not told), 0. The columns
 * follow, each padded to 8 bytes: time, price, size, [id] as f64, symbol as i32, [flags] as u8; at the end the producer's
 * name and the symbols as one text, each ended by a line feed.
 */
import { AppError } from "../errors.ts";
import { NameLists } from "./name-lists.ts";
import type { TickColumns } from "./ticks.ts";

export type Frame = Readonly<{
  /** Who packed it: a feed, and the lane of it that goes to one shard in order ("simulate/0"). */
  producer: string;
  /** When the producer started, epoch ms: a restarted one numbers from 1 again. */
  epochMs: number;
  /** Ascends by 1 per producer and epoch, from 1. A frame that comes again is known by it. */
  number: number;
  /** When it was packed, by the producer's clock, epoch ms. */
  sentMs: number;
  /** The producer has told all that happened before this instant (event time); null = it does not say. */
  clockMs: number | null;
  /** Times are those of now, so that delays can be told; false for a replay of the past. */
  isLive: boolean;
  /** Names by the index the `symbol` column holds. */
  symbols: readonly string[];
  /** Rows of {@link columns}. */
  rows: number;
  columns: TickColumns;
}>;

/** Why bytes are no frame. */
export type FrameFault = "not_a_frame" | "truncated" | "damaged";

const HEAD = 64;
/** "EQF1", read as a little-endian number. */
const MAGIC = 0x31465145;
const LIVE = 1;
const IDS = 2;
const FLAGS = 4;
/** More is no frame of ours: a record of the log has 1 MB at most. */
export const FRAME_ROWS_MAX = 1_000_000;

const LINE_FEED = 10;
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

const padded = (bytes: number): number => (bytes + 7) & ~7;

/** Whether bytes begin as a packed frame does; other records are JSON or Protobuf. */
export const isFrame = (bytes: Uint8Array): boolean =>
  bytes.length >= 4 &&
  bytes[0] === 0x45 &&
  bytes[1] === 0x51 &&
  bytes[2] === 0x46 &&
  bytes[3] === 0x31;

/** Bytes of a frame, names excluded. */
function columnBytes(rows: number, flags: number): number {
  const doubles = 3 + ((flags & IDS) === 0 ? 0 : 1);
  return doubles * 8 * rows + padded(4 * rows) + ((flags & FLAGS) === 0 ? 0 : padded(rows));
}

/** @throws AppError DEGENERATE_INPUT for more rows than a frame may have, or a name with a line feed in it */
export function encodeFrame(frame: Frame): Uint8Array {
  const { columns, rows, symbols } = frame;
  demandPackable(frame);
  const names = new TextEncoder().encode(`${[frame.producer, ...symbols].join("\n")}\n`);
  const flags =
    (frame.isLive ? LIVE : 0) | (columns.id ? IDS : 0) | (columns.flags === undefined ? 0 : FLAGS);
  const bytes = new Uint8Array(HEAD + columnBytes(rows, flags) + names.length);
  const head = new DataView(bytes.buffer, 0, HEAD);
  const words = [MAGIC, flags, rows, symbols.length, names.length, 0];
  words.forEach((word, at) => {
    head.setUint32(4 * at, word, true);
  });
  const numbers = [frame.epochMs, frame.number, frame.sentMs, frame.clockMs ?? Number.NaN, 0];
  numbers.forEach((number, at) => {
    head.setFloat64(24 + 8 * at, number, true);
  });
  const views = viewsOf(bytes.buffer, 0, rows, flags);
  views.timeMs.set(columns.timeMs.subarray(0, rows));
  views.price.set(columns.price.subarray(0, rows));
  views.size.set(columns.size.subarray(0, rows));
  views.symbol.set(columns.symbol.subarray(0, rows));
  if (columns.id) views.id!.set(columns.id.subarray(0, rows));
  if (columns.flags) views.flags!.set(columns.flags.subarray(0, rows));
  bytes.set(names, bytes.length - names.length);
  return bytes;
}

function demandPackable({ producer, symbols, rows }: Frame): void {
  if (!(rows <= FRAME_ROWS_MAX)) {
    const message = `a frame has at most ${FRAME_ROWS_MAX} rows, was ${rows}`;
    throw new AppError("DEGENERATE_INPUT", message, { rows });
  }
  const name = [producer, ...symbols].find((text) => text.includes("\n"));
  if (name === undefined) return;
  const message = `a name in a frame must have no line feed, was ${JSON.stringify(name)}`;
  throw new AppError("DEGENERATE_INPUT", message, { name });
}

const lists = new NameLists();

/** The producer and the list of symbols; `undefined` for symbols that do not end. */
function namesOf(bytes: Uint8Array): readonly [string, (readonly string[])?] {
  const end = bytes.indexOf(LINE_FEED);
  if (end < 0 || bytes.at(-1) !== LINE_FEED) return [""];
  const producer = decoder.decode(bytes.subarray(0, end));
  const symbols = lists.list(bytes.subarray(end + 1), (list) =>
    list.length === 0 ? [] : decoder.decode(list.subarray(0, -1)).split("\n"),
  );
  return [producer, symbols];
}

function viewsOf(buffer: ArrayBufferLike, offset: number, rows: number, flags: number) {
  let at = offset + HEAD;
  const doubles = () => {
    const column = new Float64Array(buffer, at, rows);
    at += 8 * rows;
    return column;
  };
  const [timeMs, price, size] = [doubles(), doubles(), doubles()];
  const id = (flags & IDS) === 0 ? undefined : doubles();
  const symbol = new Int32Array(buffer, at, rows);
  at += padded(4 * rows);
  const tickFlags = (flags & FLAGS) === 0 ? undefined : new Uint8Array(buffer, at, rows);
  return { timeMs, price, size, symbol, ...(id && { id }), ...(tickFlags && { flags: tickFlags }) };
}

/**
 * The columns are views of `bytes` where those lie on 8 bytes, else of a copy: whoever keeps the frame keeps the bytes.
 * What the rows hold is not looked at: that is up to the windows.
 */
export function decodeFrame(bytes: Uint8Array): Frame | FrameFault {
  if (!isFrame(bytes)) return "not_a_frame";
  if (bytes.length < HEAD) return "truncated";
  const own = bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
  const head = new DataView(own.buffer, own.byteOffset, HEAD);
  const [flags, rows, symbolCount, nameBytes] = [4, 8, 12, 16].map((at) =>
    head.getUint32(at, true),
  ) as [number, number, number, number];
  if (rows > FRAME_ROWS_MAX || flags > 7) return "damaged";
  const length = HEAD + columnBytes(rows, flags) + nameBytes;
  if (own.length < length) return "truncated";
  if (own.length > length) return "damaged";
  const [producer, symbols] = namesOf(own.subarray(length - nameBytes));
  if (symbols?.length !== symbolCount) return "damaged";
  const [epochMs, number, sentMs, clockMs] = [24, 32, 40, 48].map((at) =>
    head.getFloat64(at, true),
  ) as [number, number, number, number];
  if (!(Number.isSafeInteger(number) && number > 0)) return "damaged";
  if (![epochMs, sentMs, Number.isNaN(clockMs) ? 0 : clockMs].every(Number.isFinite)) {
    return "damaged";
  }
  return {
    producer,
    epochMs,
    number,
    sentMs,
    clockMs: Number.isNaN(clockMs) ? null : clockMs,
    isLive: (flags & LIVE) !== 0,
    symbols,
    rows,
    columns: viewsOf(own.buffer, own.byteOffset, rows, flags),
  };
}
