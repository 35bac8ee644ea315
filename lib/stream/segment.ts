/**
 * A segment: what one batch of the log brought, and what came of it, as one immutable file. What entered is kept whole,
 * so that the same state can be worked out again; the bars and anomalies are those the stream has told.
 *
 * The bytes are columns and not compressed: whoever stores them does that.
 */
import type { AnomalyType, Severity } from "./anomalies/rules.ts";
import type { Bar } from "./bars.ts";
import { ByteReader, ByteWriter, damaged } from "./columnar/bytes.ts";
import { opened, sealed } from "./columnar/envelope.ts";
import { readTicks, writeTicks } from "./columnar/ticks.ts";
import { readAnomalies, readBars, writeAnomalies, writeBars } from "./segment-news.ts";
import { readFrames, readRefused, writeFrames, writeRefused } from "./segment-records.ts";
import type { TickColumns } from "./ticks.ts";

/** What entered as one record of the log, a frame or another. */
export type SegmentFrame = Readonly<{
  seq: string;
  /** "" for a record that was no frame. */
  producer: string;
  epochMs: number;
  /** 0 for a record that was no frame. */
  number: number;
  sentMs: number;
  clockMs: number | null;
  isLive: boolean;
  arrivalMs: number;
  /** How many rows of the ticks are its own. */
  rows: number;
}>;

/** A final bar, with its place in the count of the symbol's bars. */
export type SegmentBar = Bar &
  Readonly<{
    seq: number;
    /** What the indicators said after it, where they were asked; null = not defined yet. */
    readings?: Readonly<Record<string, number | null>>;
  }>;

export type SegmentAnomaly = Readonly<{
  symbol: string;
  /** Its place in the count of the symbol's anomalies. */
  seq: number;
  type: AnomalyType;
  severity: Severity;
  sizeMs: number;
  endMs: number;
  value: number;
  baseline: number | null;
  threshold: number;
  alert: boolean;
}>;

/** What was not taken in: a row of a record, or with `row` null the record. */
export type SegmentRefusal = Readonly<{
  seq: string;
  row: number | null;
  reason: string;
  detail: string;
}>;

export type Segment = Readonly<{
  log: string;
  shard: string;
  /** The number the batch begins after; "0" at the very beginning. */
  after: string;
  /** The last number in it. */
  through: string;
  /** Wall clock of the processing, epoch ms. It is part of the state's history, so that replays use it. */
  processedMs: number;
  /** Names by the index that the ticks hold. */
  symbols: readonly string[];
  /** In the order of the log. */
  frames: readonly SegmentFrame[];
  /** The rows of all frames, one frame after the other. */
  ticks: TickColumns & Readonly<{ rows: number }>;
  bars: readonly SegmentBar[];
  anomalies: readonly SegmentAnomaly[];
  refused: readonly SegmentRefusal[];
}>;

const KIND = { letters: "EQSG", version: 1 } as const;

/** Texts are kept as UTF-8; a half of a surrogate pair does not survive. */
export function encodeSegment(segment: Segment): Uint8Array {
  const writer = new ByteWriter();
  for (const text of [segment.log, segment.shard, segment.after, segment.through]) {
    writer.text(text);
  }
  writer.double(segment.processedMs);
  writer.whole(segment.symbols.length);
  for (const name of segment.symbols) writer.text(name);
  writeFrames(writer, segment.frames);
  writeBars(writer, segment.bars);
  writeAnomalies(writer, segment.anomalies);
  writeRefused(writer, segment.refused);
  writeTicks(writer, segment.ticks, segment.ticks.rows, segment.symbols.length);
  return sealed(KIND, writer.written);
}

/** @throws AppError BAD_FILE for anything but the bytes of one whole segment */
export function decodeSegment(bytes: Uint8Array): Segment {
  const reader = new ByteReader(opened(KIND, bytes));
  const [log, shard, after, through] = [
    reader.text(),
    reader.text(),
    reader.text(),
    reader.text(),
  ] as const;
  const processedMs = reader.double();
  const symbols = Array.from({ length: reader.count() }, () => reader.text());
  const frames = readFrames(reader);
  const bars = readBars(reader);
  const anomalies = readAnomalies(reader);
  const refused = readRefused(reader);
  const ticks = readTicks(reader, symbols.length);
  if (reader.left > 0) throw damaged(`a segment ends ${reader.left} bytes before the file does`);
  const rows = frames.reduce((sum, frame) => sum + frame.rows, 0);
  if (rows !== ticks.rows) {
    throw damaged(`a segment's frames have ${rows} rows, its ticks ${ticks.rows}`);
  }
  const head = { log, shard, after, through, processedMs };
  return { ...head, symbols, frames, ticks, bars, anomalies, refused };
}
