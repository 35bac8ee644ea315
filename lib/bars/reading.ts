/** Statements that read the stream's bars, anomalies and ticks for answers; rows keep the snake_case of SQL. */
import anomaliesSql from "../../sql/bars/anomalies.sql";
import barSizesSql from "../../sql/bars/bar_sizes.sql";
import barsFromSql from "../../sql/bars/bars_from.sql";
import barsUntilSql from "../../sql/bars/bars_until.sql";
import streamSymbolsSql from "../../sql/bars/stream_symbols.sql";
import symbolProgressSql from "../../sql/bars/symbol_progress.sql";
import tickBlocksSql from "../../sql/bars/tick_blocks.sql";
import type { Query } from "../ports.ts";
import type { AnomalyRow, BarValues } from "./queries.ts";

export const barSizes = (part: Query, symbol: string): number[] =>
  part<{ size_ms: number }>(barSizesSql, { ":symbol": symbol }).map(({ size_ms }) => size_ms);

/** Windows of one symbol and size that start in [fromMs, toMs). */
export type BarRange = Readonly<{
  symbol: string;
  sizeMs: number;
  fromMs: number;
  toMs: number;
}>;

export type BarRow = Omit<BarValues, "size_ms">;

/** The first bars of the range in time order, or with `isNewest` the last ones, newest first. */
export const barRows = (
  part: Query,
  { symbol, sizeMs, fromMs, toMs }: BarRange,
  limit: number,
  isNewest: boolean,
) =>
  part<BarRow>(isNewest ? barsUntilSql : barsFromSql, {
    ":symbol": symbol,
    ":size_ms": sizeMs,
    ":from_ms": fromMs,
    ":to_ms": toMs,
    ":limit": limit,
  });

export type AnomalyFilter = Readonly<{
  /** Of the bars' ends; both included. */
  fromMs: number;
  toMs: number;
  symbol?: string | undefined;
  type?: string | undefined;
  severity?: string | undefined;
}>;

/** Newest first; at one instant by symbol, then by seq. */
export const anomalyRows = (
  part: Query,
  { fromMs, toMs, symbol, type, severity }: AnomalyFilter,
  limit: number,
) =>
  part<AnomalyRow>(anomaliesSql, {
    ":from_ms": fromMs,
    ":to_ms": toMs,
    ":symbol": symbol ?? null,
    ":type": type ?? null,
    ":severity": severity ?? null,
    ":limit": limit,
  });

export type TickBlockPlace = Readonly<{
  log: string;
  shard: string;
  day: number;
  after_seq: string;
  through_seq: string;
  offset: number;
  bytes: number;
  from_ms: number | null;
  to_ms: number | null;
  trades: number;
  amendments: number;
}>;

/** Both instants included; in the order in which the ticks of a shard came in. */
export const tickBlocks = (part: Query, symbol: string, fromMs: number, toMs: number) =>
  part<TickBlockPlace>(tickBlocksSql, { ":symbol": symbol, ":from_ms": fromMs, ":to_ms": toMs });

export const streamSymbols = (progress: Query) =>
  progress<Readonly<{ name: string; first_ms: number; last_ms: number }>>(streamSymbolsSql);

/** None where the image has not heard of the symbol. */
export const symbolProgress = (progress: Query, name: string) =>
  progress<Readonly<{ log: string; shard: string; last_ms: number; closed_ms: number }>>(
    symbolProgressSql,
    { ":name": name },
  );
