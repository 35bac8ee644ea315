/** What a record of the log `ticks` holds, whatever its form; and what of it is refused before it reaches the windows. */
import type { Frame } from "./frame.ts";
import type { TickColumns } from "./ticks.ts";

/**
 * Why a row is refused: the first thing found wrong. Of numbers only what is none is refused here; prices below 0, times
 * to come and the like are up to the windows.
 */
export type EntryRefusal = "not_a_tick" | "unknown_symbol" | "price" | "size" | "time" | "id";

/** `row` counts the rows of the record as it was sent, from 0. */
export type Refused = Readonly<{ row: number; reason: EntryRefusal; detail: string }>;

/** Rows that can be offered to the windows, in the order of the record; those refused are not among them. */
export type TickRows = Readonly<{
  /** Each matches SYMBOL_PATTERN, or no row has it. */
  symbols: readonly string[];
  rows: number;
  /** Every index in column `symbol` is one of `symbols`. */
  columns: TickColumns;
  refused: readonly Refused[];
}>;

/** Why a record holds no rows at all. */
export type Fault = Readonly<{
  fault: "not_a_frame" | "truncated" | "damaged" | "not_json" | "producer";
  detail: string;
}>;

export type Decoded =
  | (TickRows &
      Readonly<{
        /** `null`: the record is not numbered, so that repeats are told by the ids of its ticks alone. */
        frame: Frame | null;
      }>)
  | Fault;
