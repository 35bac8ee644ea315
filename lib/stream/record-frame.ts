/** Records of the log `ticks` in any of their three forms, told apart by the first byte, as rows for the windows. */
import type { Decoded, Fault, Refused, TickRows } from "./decoded.ts";
import { decodeFrame, type Frame, type FrameFault, isFrame } from "./frame.ts";
import { decodeJsonTicks } from "./json-ticks.ts";
import { decodeTickFrame } from "./protobuf.ts";
import type { LogRecord } from "./record.ts";
import { SYMBOL_PATTERN } from "./symbols.ts";
import type { TickColumns } from "./ticks.ts";

/** A name that can stand in keys and logs. */
const PRODUCER_PATTERN = /^[\x21-\x7e]{1,64}$/;
const BRACE = 0x7b;
const BRACKET = 0x5b;
/** "E", as the packed frame begins. No field of proto/ticks.proto begins so. */
const PACKED = 0x45;

const FAULTS: Readonly<Record<FrameFault, string>> = {
  not_a_frame: "the record is neither a packed frame nor JSON nor Protocol Buffers",
  truncated: "the frame ends before what it announces",
  damaged: "the frame contradicts itself",
};

/** Never throws. Columns may be views of the record's bytes. */
export function frameOf({ bytes }: Pick<LogRecord, "bytes">): Decoded {
  const first = bytes[0];
  if (first === BRACE || first === BRACKET) {
    const ticks = decodeJsonTicks(bytes);
    if ("fault" in ticks) return ticks;
    const { symbols, rows, columns, refused } = ticks;
    return { frame: null, symbols, rows, columns, refused };
  }
  if (first === undefined) return { fault: "not_a_frame", detail: "the record is empty" };
  const frame = isFrame(bytes) || first === PACKED ? decodeFrame(bytes) : decodeTickFrame(bytes);
  if (typeof frame === "string") return { fault: frame, detail: FAULTS[frame] };
  if (frame.producer !== "" && !PRODUCER_PATTERN.test(frame.producer)) return badProducer(frame);
  return { frame: frame.producer === "" ? null : frame, ...knownRows(frame) };
}

const badProducer = ({ producer }: Frame): Fault => ({
  fault: "producer",
  detail: `producer must match ${PRODUCER_PATTERN.source}, was ${JSON.stringify(producer.slice(0, 64))}`,
});

/** The rows whose symbol the frame names, and by a name that can be one. */
function knownRows({ symbols, rows, columns }: Frame): TickRows {
  const { isKnown, isAllKnown } = lookedAt(symbols);
  if (isAllKnown && indexesAreBelow(columns.symbol, rows, symbols.length)) {
    return { symbols, rows, columns, refused: [] };
  }
  const kept: number[] = [];
  const refused: Refused[] = [];
  for (let row = 0; row < rows; row++) {
    const symbol = columns.symbol[row]!;
    if (isKnown[symbol] === true) kept.push(row);
    else refused.push({ row, reason: "unknown_symbol", detail: symbolFault(symbols, symbol) });
  }
  return { symbols, rows: kept.length, columns: chosen(columns, kept), refused };
}

type LookedAt = Readonly<{ isKnown: readonly boolean[]; isAllKnown: boolean }>;
/** Lists of symbols come again as the same array; see NameLists. */
const looks = new WeakMap<readonly string[], LookedAt>();

function lookedAt(symbols: readonly string[]): LookedAt {
  const known = looks.get(symbols);
  if (known !== undefined) return known;
  const isKnown = symbols.map((name) => SYMBOL_PATTERN.test(name));
  const look = { isKnown, isAllKnown: !isKnown.includes(false) };
  looks.set(symbols, look);
  return look;
}

function indexesAreBelow(indexes: Int32Array, rows: number, count: number): boolean {
  for (let row = 0; row < rows; row++) {
    // Without its sign an index below 0 is larger than any.
    if (indexes[row]! >>> 0 >= count) return false;
  }
  return true;
}

const symbolFault = (symbols: readonly string[], index: number): string =>
  symbols[index] === undefined
    ? `symbol must be an index below ${symbols.length}, was ${index}`
    : `symbol must match ${SYMBOL_PATTERN.source}, was ${JSON.stringify(symbols[index].slice(0, 40))}`;

function chosen(columns: TickColumns, rows: readonly number[]): TickColumns {
  const { id, flags } = columns;
  const doubles = (column: Float64Array) => Float64Array.from(rows, (row) => column[row]!);
  return {
    symbol: Int32Array.from(rows, (row) => columns.symbol[row]!),
    timeMs: doubles(columns.timeMs),
    price: doubles(columns.price),
    size: doubles(columns.size),
    ...(id && { id: doubles(id) }),
    ...(flags && { flags: Uint8Array.from(rows, (row) => flags[row]!) }),
  };
}
