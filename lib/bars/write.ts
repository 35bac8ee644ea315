/** Writes what was folded into a part of a day or a month, and one such part into another. */
import type { PartWriter, Query } from "../ports.ts";
import type { SegmentAnomaly, SegmentBar } from "../stream/segment.ts";
import { flagsOf } from "./flags.ts";
import * as queries from "./queries.ts";
import type { BlockShare } from "./tick-run.ts";

/** A file of ticks as it was stored, with its blocks. */
export type StoredTickFile = Readonly<{
  log: string;
  shard: string;
  day: number;
  after: string;
  through: string;
  bytes: number;
  ticks: number;
  blocks: readonly Readonly<{ offset: number; bytes: number; shares: readonly BlockShare[] }>[];
}>;

export type DayContent = Readonly<{
  bars: Iterable<SegmentBar>;
  anomalies: readonly SegmentAnomaly[];
  files: readonly StoredTickFile[];
  refused: Iterable<queries.RefusedRow>;
}>;

/** The numbers of a part's symbols; new names are added as they are asked for. */
class SymbolNumbers {
  readonly #numbers: Map<string, number>;
  readonly #known: number;

  constructor(part: Query) {
    const rows = queries.symbols(part);
    this.#numbers = new Map(rows.map(({ id, name }) => [name, id]));
    this.#known = rows.at(-1)?.id ?? 0;
  }

  of(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const id = Math.max(this.#known, this.#numbers.size) + 1;
    this.#numbers.set(name, id);
    return id;
  }

  added(): queries.SymbolRow[] {
    return [...this.#numbers]
      .filter(([, id]) => id > this.#known)
      .map(([name, id]) => ({ id, name }));
  }
}

export function writeDay(db: PartWriter, { bars, anomalies, files, refused }: DayContent): void {
  const numbers = new SymbolNumbers(db.query);
  const barRows = Array.from(bars, (bar) => barRow(bar, numbers.of(bar.symbol)));
  const anomalyRows = anomalies.map((anomaly) => anomalyRow(anomaly, numbers.of(anomaly.symbol)));
  const next = (queries.allTickFiles(db.query).at(-1)?.id ?? 0) + 1;
  const blocks = files.flatMap((file, at) => blockRows(file, next + at, numbers));
  queries.addSymbols(db, numbers.added());
  queries.putBars(db, barRows);
  queries.putAnomalies(db, anomalyRows);
  queries.addTickFiles(
    db,
    files.map((file, at) => fileRow(file, next + at)),
  );
  queries.addTickBlocks(db, blocks);
  queries.addRefused(db, [...refused]);
}

const barRow = (bar: SegmentBar, symbol: number) => ({
  symbol,
  size_ms: bar.sizeMs,
  start_ms: bar.startMs,
  open: bar.open,
  high: bar.high,
  low: bar.low,
  close: bar.close,
  volume: bar.volume,
  vwap: bar.vwap,
  trades: bar.trades,
  revision: bar.revision,
  flags: flagsOf(bar),
  seq: bar.seq,
});

const anomalyRow = (anomaly: SegmentAnomaly, symbol: number) => ({
  symbol,
  seq: anomaly.seq,
  type: anomaly.type,
  severity: anomaly.severity,
  size_ms: anomaly.sizeMs,
  end_ms: anomaly.endMs,
  value: anomaly.value,
  baseline: anomaly.baseline,
  threshold: anomaly.threshold,
  alert: Number(anomaly.alert),
});

const fileRow = (file: StoredTickFile, id: number): queries.TickFileRow => ({
  id,
  log: file.log,
  shard: file.shard,
  day: file.day,
  after_seq: file.after,
  through_seq: file.through,
  bytes: file.bytes,
  ticks: file.ticks,
});

const blockRows = ({ blocks }: StoredTickFile, file: number, numbers: SymbolNumbers) =>
  blocks.flatMap(({ offset, bytes, shares }) =>
    shares.map(({ symbol, fromMs, toMs, trades, amendments }) => ({
      symbol: numbers.of(symbol),
      file,
      offset,
      bytes,
      from_ms: fromMs,
      to_ms: toMs,
      trades,
      amendments,
    })),
  );

/** Adds all that a part holds to another one. */
export function copyPart(from: Query, to: PartWriter): void {
  const numbers = new SymbolNumbers(to.query);
  const numbered = <Row extends Readonly<{ symbol: string }>>(rows: readonly Row[]) =>
    rows.map((row) => ({ ...row, symbol: numbers.of(row.symbol) }));
  const next = queries.allTickFiles(to.query).at(-1)?.id ?? 0;
  const bars = numbered(queries.allBars(from));
  const anomalies = numbered(queries.allAnomalies(from));
  const files = queries.allTickFiles(from).map((row) => ({ ...row, id: next + row.id }));
  const blocks = numbered(queries.allTickBlocks(from)).map((row) => ({
    ...row,
    file: next + row.file,
  }));
  queries.addSymbols(to, numbers.added());
  queries.putBars(to, bars);
  queries.putAnomalies(to, anomalies);
  queries.addTickFiles(to, files);
  queries.addTickBlocks(to, blocks);
  queries.addRefused(to, queries.allRefused(from));
}
