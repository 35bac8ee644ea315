/**
 * A frame of ticks as Protocol Buffers, for producers in other languages: message TickFrame of proto/ticks.proto.
 *
 * Read in any order of the fields, columns packed or not and in any number of pieces; fields that are not known are
 * skipped. Columns are copied: the bytes need not be kept. Assumes a little-endian machine, as the packed frame does.
 */
import { FRAME_ROWS_MAX, type Frame, type FrameFault } from "./frame.ts";
import { NameLists } from "./name-lists.ts";
import { TICK, type TickColumns } from "./ticks.ts";
import { FIXED64, LENGTH, type Span, VARINT, varintBytes, WireReader, WireWriter } from "./wire.ts";
import { bytesOf, doublesInto, idOf, idsInto, varintsInto } from "./wire-columns.ts";

/** Field numbers of TickFrame. */
const FIELD = {
  producer: 1,
  epochMs: 2,
  number: 3,
  sentMs: 4,
  clockMs: 5,
  live: 6,
  symbols: 7,
  timeMs: 8,
  price: 9,
  size: 10,
  symbol: 11,
  id: 12,
  flags: 13,
  ticks: 14,
} as const;

/** Field numbers of Tick. */
const TICK_FIELD = {
  symbol: 1,
  timeMs: 2,
  price: 3,
  size: 4,
  id: 5,
  irregular: 6,
  cancel: 7,
  correct: 8,
} as const;

/** Ids that are none are written as -1. The producer must not be empty: by its field such records are known. */
export function encodeTickFrame(frame: Frame): Uint8Array {
  const writer = new WireWriter();
  const text = new TextEncoder();
  writer.span(FIELD.producer, text.encode(frame.producer));
  writer.double(FIELD.epochMs, frame.epochMs);
  writer.tag(FIELD.number, VARINT);
  writer.varint(frame.number);
  writer.double(FIELD.sentMs, frame.sentMs);
  if (frame.clockMs !== null) writer.double(FIELD.clockMs, frame.clockMs);
  writer.tag(FIELD.live, VARINT);
  writer.varint(frame.isLive ? 1 : 0);
  for (const symbol of frame.symbols) writer.span(FIELD.symbols, text.encode(symbol));
  if (frame.rows > 0) encodeColumns(writer, frame.columns, frame.rows);
  return writer.bytes;
}

function encodeColumns(writer: WireWriter, columns: TickColumns, rows: number): void {
  const { timeMs, price, size, symbol, id, flags } = columns;
  const doubles = [timeMs, price, size];
  for (const [place, column] of doubles.entries()) {
    const own = Float64Array.from(column.subarray(0, rows));
    writer.span(FIELD.timeMs + place, new Uint8Array(own.buffer));
  }
  const packed = (field: number, unsigned: (row: number) => number) => {
    writer.tag(field, LENGTH);
    let bytes = 0;
    for (let row = 0; row < rows; row++) bytes += varintBytes(unsigned(row));
    writer.varint(bytes);
    for (let row = 0; row < rows; row++) writer.varint(unsigned(row));
  };
  packed(FIELD.symbol, (row) => symbol[row]! >>> 0);
  if (id !== undefined) packed(FIELD.id, (row) => zigzagOf(id[row]!));
  if (flags !== undefined) packed(FIELD.flags, (row) => flags[row]!);
}

/** Ids reach to 2^53 - 1, twice as much as a number holds exactly but for even ones: which these are. */
const zigzagOf = (id: number): number => (Number.isSafeInteger(id) && id >= 0 ? id * 2 : 1);

/**
 * @returns a frame; one that is not numbered has rows, the empty producer and number 0. What the rows hold is not looked
 *   at: that is up to the windows.
 */
export function decodeTickFrame(bytes: Uint8Array): Frame | FrameFault {
  const parts = partsOf(bytes);
  if (typeof parts === "string") return parts;
  const { producer, epochMs, number, sentMs, clockMs } = parts;
  const isNumbered = Number.isSafeInteger(number) && number > 0;
  if (producer !== "" && !isNumbered) return "damaged";
  if (![epochMs, sentMs, clockMs ?? 0].every(Number.isFinite)) return "damaged";
  const body = bodyOf(bytes, parts);
  if (typeof body === "string") return body;
  // Words of a text can pass for fields that nobody knows.
  if (producer === "" && body.rows === 0) return "not_a_frame";
  const { isLive } = parts;
  const name = { producer, epochMs, number: producer === "" ? 0 : number };
  return { ...name, sentMs, clockMs, isLive, ...body };
}

/** What one pass over the fields finds: values of the head, and where the rest lies. */
type Parts = {
  producer: string;
  epochMs: number;
  number: number;
  sentMs: number;
  clockMs: number | null;
  isLive: boolean;
  /** Names that stand together; together they are the list. */
  symbols: (readonly string[])[];
  columns: Record<Column, Span[]>;
  ticks: Span[];
};

type Column = "timeMs" | "price" | "size" | "symbol" | "id" | "flags";
/** Columns by field number, and the wire type of a single value. */
const COLUMNS: Readonly<Record<number, Readonly<{ name: Column; wire: number }>>> = {
  [FIELD.timeMs]: { name: "timeMs", wire: FIXED64 },
  [FIELD.price]: { name: "price", wire: FIXED64 },
  [FIELD.size]: { name: "size", wire: FIXED64 },
  [FIELD.symbol]: { name: "symbol", wire: VARINT },
  [FIELD.id]: { name: "id", wire: VARINT },
  [FIELD.flags]: { name: "flags", wire: VARINT },
};

function partsOf(bytes: Uint8Array): Parts | FrameFault {
  const parts: Parts = {
    producer: "",
    epochMs: 0,
    number: 0,
    sentMs: 0,
    clockMs: null,
    isLive: false,
    symbols: [],
    columns: { timeMs: [], price: [], size: [], symbol: [], id: [], flags: [] },
    ticks: [],
  };
  const reader = new WireReader(bytes);
  while (reader.next()) {
    const column = COLUMNS[reader.field];
    if (column !== undefined) takeColumn(reader, parts.columns[column.name], column.wire);
    else takeHead(reader, parts);
  }
  return reader.fault ?? parts;
}

/** A piece of a column: packed, or one value by itself. */
function takeColumn(reader: WireReader, pieces: Span[], wire: number): void {
  if (reader.wire === LENGTH) {
    pieces.push(reader.span());
    return;
  }
  const from = reader.at;
  reader.skip();
  if (reader.wire === wire) pieces.push({ from, to: reader.at });
}

function takeHead(reader: WireReader, parts: Parts): void {
  const is = (field: number, wire: number) => reader.field === field && reader.wire === wire;
  if (is(FIELD.symbols, LENGTH)) {
    parts.symbols.push(parts.symbols.length === 0 ? listHere(reader) : reader.texts());
  } else if (is(FIELD.ticks, LENGTH)) parts.ticks.push(reader.span());
  else if (is(FIELD.producer, LENGTH)) parts.producer = reader.text();
  else if (is(FIELD.epochMs, FIXED64)) parts.epochMs = reader.double();
  else if (is(FIELD.number, VARINT)) parts.number = reader.varint();
  else if (is(FIELD.sentMs, FIXED64)) parts.sentMs = reader.double();
  else if (is(FIELD.clockMs, FIXED64)) parts.clockMs = reader.double();
  else if (is(FIELD.live, VARINT)) parts.isLive = reader.varint() !== 0;
  else reader.skip();
}

const lists = new NameLists();

/** The names that stand here one after the other: most often all there are. */
function listHere(reader: WireReader): readonly string[] {
  const from = reader.at;
  const known = lists.startingAt(reader.bytes, from);
  const end = from + (known?.bytes.length ?? 0);
  // A list that goes on behind the known names is another.
  if (known !== undefined && reader.bytes[end] !== FIELD.symbols * 8 + LENGTH) {
    reader.at = end;
    return known.names;
  }
  const names = reader.texts();
  if (reader.fault === null) lists.keep(reader.bytes.subarray(from, reader.at), names);
  return names;
}

function bodyOf(
  bytes: Uint8Array,
  parts: Parts,
): Pick<Frame, "symbols" | "rows" | "columns"> | FrameFault {
  const { columns: spans, ticks } = parts;
  const symbols = parts.symbols.length === 1 ? parts.symbols[0]! : parts.symbols.flat();
  const columnRows = bytesOf(spans.timeMs) / 8;
  const rows = columnRows + ticks.length;
  if (!(rows <= FRAME_ROWS_MAX)) return "damaged";
  const ids = spans.id.length > 0 ? new Float64Array(rows) : undefined;
  const flags = spans.flags.length > 0 ? new Uint8Array(rows) : undefined;
  const columns = {
    symbol: new Int32Array(rows),
    timeMs: new Float64Array(rows),
    price: new Float64Array(rows),
    size: new Float64Array(rows),
    ...(ids && { id: ids }),
    ...(flags && { flags }),
  };
  const isWhole =
    doublesInto(columns.timeMs, bytes, spans.timeMs, columnRows) &&
    doublesInto(columns.price, bytes, spans.price, columnRows) &&
    doublesInto(columns.size, bytes, spans.size, columnRows) &&
    varintsInto(columns.symbol, bytes, spans.symbol, columnRows) &&
    (ids === undefined || idsInto(ids, bytes, spans.id, columnRows)) &&
    (flags === undefined || varintsInto(flags, bytes, spans.flags, columnRows));
  if (!isWhole) return "damaged";
  if (ticks.length === 0) return { symbols, rows, columns };
  return withTicks({ symbols, rows, columns }, bytes, ticks);
}

/** Puts the ticks that were written one by one behind the rows of the columns. */
function withTicks(
  { symbols: known, rows, columns }: Pick<Frame, "symbols" | "rows" | "columns">,
  bytes: Uint8Array,
  spans: readonly Span[],
): Pick<Frame, "symbols" | "rows" | "columns"> | FrameFault {
  const first = rows - spans.length;
  const symbols = [...known];
  const indexes = new Map(symbols.map((name, index) => [name, index]));
  const { id = new Float64Array(rows).fill(-1, 0, first), flags = new Uint8Array(rows) } = columns;
  for (const [place, span] of spans.entries()) {
    const row = first + place;
    const tick = tickOf(new WireReader(bytes, span));
    if (typeof tick === "string") return tick;
    const index = indexes.get(tick.symbol) ?? symbols.push(tick.symbol) - 1;
    indexes.set(tick.symbol, index);
    columns.symbol[row] = index;
    columns.timeMs[row] = tick.timeMs;
    columns.price[row] = tick.price;
    columns.size[row] = tick.size;
    id[row] = tick.id;
    flags[row] = tick.flags;
  }
  return { symbols, rows, columns: { ...columns, id, flags } };
}

function tickOf(reader: WireReader) {
  const tick = { symbol: "", timeMs: 0, price: 0, size: 0, id: -1, flags: 0 };
  const is = (field: number, wire: number) => reader.field === field && reader.wire === wire;
  const flag = (bit: number) => {
    tick.flags = reader.varint() === 0 ? tick.flags & ~bit : tick.flags | bit;
  };
  while (reader.next()) {
    if (is(TICK_FIELD.symbol, LENGTH)) tick.symbol = reader.text();
    else if (is(TICK_FIELD.timeMs, FIXED64)) tick.timeMs = reader.double();
    else if (is(TICK_FIELD.price, FIXED64)) tick.price = reader.double();
    else if (is(TICK_FIELD.size, FIXED64)) tick.size = reader.double();
    else if (is(TICK_FIELD.id, VARINT)) tick.id = idOf(reader.zigzag());
    else if (is(TICK_FIELD.irregular, VARINT)) flag(TICK.irregular);
    else if (is(TICK_FIELD.cancel, VARINT)) flag(TICK.cancel);
    else if (is(TICK_FIELD.correct, VARINT)) flag(TICK.correct);
    else reader.skip();
  }
  return reader.fault ?? tick;
}
