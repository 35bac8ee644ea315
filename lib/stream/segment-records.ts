/** The records of a segment as columns: what entered, and what was refused of it. */
import type { ByteReader, ByteWriter } from "./columnar/bytes.ts";
import {
  readClaims,
  readNames,
  readNumbers,
  readOptional,
  readTexts,
  writeClaims,
  writeNames,
  writeNumbers,
  writeOptional,
  writeTexts,
} from "./columnar/fields.ts";
import type { SegmentFrame, SegmentRefusal } from "./segment.ts";

const NUMBERS = ["epochMs", "number", "sentMs", "arrivalMs", "rows"] as const;

export function writeFrames(writer: ByteWriter, frames: readonly SegmentFrame[]): void {
  writer.whole(frames.length);
  writeTexts(
    writer,
    frames.map(({ seq }) => seq),
  );
  writeNames(
    writer,
    frames.map(({ producer }) => producer),
  );
  for (const name of NUMBERS) {
    writeNumbers(
      writer,
      frames.map((frame) => frame[name]),
    );
  }
  writeOptional(
    writer,
    frames.map(({ clockMs }) => clockMs),
  );
  writeClaims(
    writer,
    frames.map(({ isLive }) => isLive),
  );
}

/** @throws AppError BAD_FILE */
export function readFrames(reader: ByteReader): SegmentFrame[] {
  const rows = reader.count();
  const seq = readTexts(reader, rows);
  const producer = readNames(reader, rows);
  const [epochMs, number, sentMs, arrivalMs, ownRows] = NUMBERS.map(() =>
    readNumbers(reader, rows),
  ) as [Float64Array, Float64Array, Float64Array, Float64Array, Float64Array];
  const clockMs = readOptional(reader, rows);
  const isLive = readClaims(reader, rows);
  return Array.from({ length: rows }, (_, row) => ({
    seq: seq[row]!,
    producer: producer[row]!,
    epochMs: epochMs[row]!,
    number: number[row]!,
    sentMs: sentMs[row]!,
    clockMs: clockMs[row]!,
    isLive: isLive[row]!,
    arrivalMs: arrivalMs[row]!,
    rows: ownRows[row]!,
  }));
}

export function writeRefused(writer: ByteWriter, refused: readonly SegmentRefusal[]): void {
  writer.whole(refused.length);
  writeTexts(
    writer,
    refused.map(({ seq }) => seq),
  );
  writeOptional(
    writer,
    refused.map(({ row }) => row),
  );
  writeNames(
    writer,
    refused.map(({ reason }) => reason),
  );
  writeTexts(
    writer,
    refused.map(({ detail }) => detail),
  );
}

/** @throws AppError BAD_FILE */
export function readRefused(reader: ByteReader): SegmentRefusal[] {
  const rows = reader.count();
  const seq = readTexts(reader, rows);
  const row = readOptional(reader, rows);
  const reason = readNames(reader, rows);
  const detail = readTexts(reader, rows);
  return Array.from({ length: rows }, (_, at) => ({
    seq: seq[at]!,
    row: row[at]!,
    reason: reason[at]!,
    detail: detail[at]!,
  }));
}
