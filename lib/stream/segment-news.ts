/** What a batch brought about, as columns: final bars with their readings, and anomalies. */
import type { AnomalyType, Severity } from "./anomalies/rules.ts";
import type { ByteReader, ByteWriter } from "./columnar/bytes.ts";
import {
  readClaims,
  readNames,
  readNumbers,
  readOptional,
  writeClaims,
  writeNames,
  writeNumbers,
  writeOptional,
} from "./columnar/fields.ts";
import type { SegmentAnomaly, SegmentBar } from "./segment.ts";

const BAR_NUMBERS = ["sizeMs", "startMs", "endMs", "volume", "trades", "revision", "seq"] as const;
const BAR_OPTIONAL = ["open", "high", "low", "close", "vwap"] as const;
const BAR_CLAIMS = ["partial", "irregular"] as const;

export function writeBars(writer: ByteWriter, bars: readonly SegmentBar[]): void {
  writer.whole(bars.length);
  writeNames(
    writer,
    bars.map(({ symbol }) => symbol),
  );
  for (const name of BAR_NUMBERS) {
    writeNumbers(
      writer,
      bars.map((bar) => bar[name]),
    );
  }
  for (const name of BAR_OPTIONAL) {
    writeOptional(
      writer,
      bars.map((bar) => bar[name]),
    );
  }
  for (const name of BAR_CLAIMS) {
    writeClaims(
      writer,
      bars.map((bar) => bar[name]),
    );
  }
  writeReadings(writer, bars);
}

/** @throws AppError BAD_FILE */
export function readBars(reader: ByteReader): SegmentBar[] {
  const rows = reader.count();
  const symbol = readNames(reader, rows);
  const numbers = columnsOf(BAR_NUMBERS, () => readNumbers(reader, rows));
  const optional = columnsOf(BAR_OPTIONAL, () => readOptional(reader, rows));
  const claims = columnsOf(BAR_CLAIMS, () => readClaims(reader, rows));
  const readings = readReadings(reader, rows);
  return Array.from({ length: rows }, (_, row) => ({
    symbol: symbol[row]!,
    sizeMs: numbers.sizeMs[row]!,
    startMs: numbers.startMs[row]!,
    endMs: numbers.endMs[row]!,
    open: optional.open[row]!,
    high: optional.high[row]!,
    low: optional.low[row]!,
    close: optional.close[row]!,
    volume: numbers.volume[row]!,
    vwap: optional.vwap[row]!,
    trades: numbers.trades[row]!,
    revision: numbers.revision[row]!,
    partial: claims.partial[row]!,
    irregular: claims.irregular[row]!,
    seq: numbers.seq[row]!,
    ...(readings[row] && { readings: readings[row] }),
  }));
}

const columnsOf = <Name extends string, Column>(names: readonly Name[], read: () => Column) =>
  Object.fromEntries(names.map((name) => [name, read()])) as Record<Name, Column>;

/** Beside a bar without any, every name counts as missing; beside one with some, only those it does not name. */
function writeReadings(writer: ByteWriter, bars: readonly SegmentBar[]): void {
  const all = bars.map(({ readings }) => readings);
  const names = [...new Set(all.flatMap((readings = {}) => Object.keys(readings)))];
  writeClaims(
    writer,
    all.map((readings) => readings !== undefined),
  );
  writer.whole(names.length);
  for (const name of names) {
    writer.text(name);
    writeClaims(
      writer,
      all.map((readings) => readings !== undefined && Object.hasOwn(readings, name)),
    );
    writeOptional(
      writer,
      all.map((readings) => readings?.[name] ?? null),
    );
  }
}

/** @throws AppError BAD_FILE */
function readReadings(reader: ByteReader, rows: number) {
  const all = readClaims(reader, rows).map((isThere): Record<string, number | null> | undefined =>
    isThere ? {} : undefined,
  );
  const names = reader.count();
  for (let at = 0; at < names; at++) {
    const name = reader.text();
    const isNamed = readClaims(reader, rows);
    readOptional(reader, rows).forEach((value, row) => {
      const readings = all[row];
      if (readings && isNamed[row]) readings[name] = value;
    });
  }
  return all;
}

const ANOMALY_NAMES = ["symbol", "type", "severity"] as const;
const ANOMALY_NUMBERS = ["seq", "sizeMs", "endMs", "value", "threshold"] as const;

export function writeAnomalies(writer: ByteWriter, anomalies: readonly SegmentAnomaly[]): void {
  writer.whole(anomalies.length);
  for (const name of ANOMALY_NAMES) {
    writeNames(
      writer,
      anomalies.map((anomaly) => anomaly[name]),
    );
  }
  for (const name of ANOMALY_NUMBERS) {
    writeNumbers(
      writer,
      anomalies.map((anomaly) => anomaly[name]),
    );
  }
  writeOptional(
    writer,
    anomalies.map(({ baseline }) => baseline),
  );
  writeClaims(
    writer,
    anomalies.map(({ alert }) => alert),
  );
}

/** @throws AppError BAD_FILE */
export function readAnomalies(reader: ByteReader): SegmentAnomaly[] {
  const rows = reader.count();
  const names = columnsOf(ANOMALY_NAMES, () => readNames(reader, rows));
  const numbers = columnsOf(ANOMALY_NUMBERS, () => readNumbers(reader, rows));
  const baseline = readOptional(reader, rows);
  const alert = readClaims(reader, rows);
  return Array.from({ length: rows }, (_, row) => ({
    symbol: names.symbol[row]!,
    seq: numbers.seq[row]!,
    type: names.type[row]! as AnomalyType,
    severity: names.severity[row]! as Severity,
    sizeMs: numbers.sizeMs[row]!,
    endMs: numbers.endMs[row]!,
    value: numbers.value[row]!,
    baseline: baseline[row]!,
    threshold: numbers.threshold[row]!,
    alert: alert[row]!,
  }));
}
