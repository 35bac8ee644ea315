/**
 * Ticks as JSON, one record or an array of them:
 * {"symbol", "price", "size", "time", "id"?, "irregular"?, "cancel"?, "correct"?}.
 *
 * `time` is an instant of ISO 8601 with its zone, or epoch ms. A cancel needs symbol and id alone, a correction no time.
 * `null` stands for an optional value that is not there; names that are not known are skipped.
 */
import type { EntryRefusal, Fault, Refused, TickRows } from "./decoded.ts";
import { instantMs } from "./instant.ts";
import { addPlainJson } from "./plain-json.ts";
import { SYMBOL_PATTERN } from "./symbols.ts";
import { TickBuilder } from "./tick-builder.ts";
import { TICK } from "./ticks.ts";

const decoder = new TextDecoder();

/** One bad entry takes nothing from the others. @returns a fault when the text is no JSON */
export function decodeJsonTicks(record: string | Uint8Array): TickRows | Fault {
  if (typeof record !== "string") {
    const plain = new TickBuilder(1);
    if (addPlainJson(record, plain)) return rowsOf(plain, []);
  }
  const text = typeof record === "string" ? record : decoder.decode(record);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { fault: "not_json", detail: (error as Error).message };
  }
  const entries = Array.isArray(value) ? (value as unknown[]) : [value];
  const builder = new TickBuilder(entries.length);
  const refused: Refused[] = [];
  entries.forEach((entry, row) => {
    const problem = addEntry(builder, entry);
    if (problem !== null) refused.push({ row, ...problem });
  });
  return rowsOf(builder, refused);
}

const rowsOf = (builder: TickBuilder, refused: readonly Refused[]): TickRows => ({
  symbols: builder.symbols,
  rows: builder.rows,
  columns: builder.columns(),
  refused,
});

type Problem = Readonly<{ reason: EntryRefusal; detail: string }>;

/** @returns `null` when the entry was added */
function addEntry(builder: TickBuilder, entry: unknown): Problem | null {
  if (typeof entry !== "object" || entry === null || Array.isArray(entry)) {
    return problem("not_a_tick", "a tick must be an object", entry);
  }
  const { symbol, price, size, time, id, irregular, cancel, correct } = entry as Record<
    string,
    unknown
  >;
  if (typeof symbol !== "string" || !SYMBOL_PATTERN.test(symbol)) {
    return problem("unknown_symbol", `symbol must match ${SYMBOL_PATTERN.source}`, symbol);
  }
  const flags =
    (irregular === true ? TICK.irregular : 0) |
    (cancel === true ? TICK.cancel : 0) |
    (correct === true ? TICK.correct : 0);
  const isTrade = flags <= TICK.irregular;
  const isCancel = (flags & TICK.cancel) !== 0;
  if (!isCancel && typeof price !== "number") {
    return problem("price", "price must be a number", price);
  }
  if (!isCancel && typeof size !== "number") return problem("size", "size must be a number", size);
  const timeMs = typeof time === "string" ? instantMs(time) : time;
  if (isTrade && (typeof timeMs !== "number" || Number.isNaN(timeMs))) {
    return problem("time", "time must be epoch ms or an instant with its zone", time);
  }
  const isNumbered = Number.isSafeInteger(id) && (id as number) >= 0;
  if (!isNumbered && !(isTrade && (id === undefined || id === null))) {
    return problem("id", "id must be a whole number from 0 to 2^53 - 1", id);
  }
  builder.add(
    symbol,
    isTrade ? (timeMs as number) : 0,
    isCancel ? 0 : (price as number),
    isCancel ? 0 : (size as number),
    isNumbered ? (id as number) : -1,
    flags,
  );
  return null;
}

const SHOWN_MAX = 60;

function problem(reason: EntryRefusal, rule: string, value: unknown): Problem {
  const shown = (JSON.stringify(value) ?? "nothing").slice(0, SHOWN_MAX);
  return { reason, detail: `${rule}, was ${shown}` };
}
