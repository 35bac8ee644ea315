/** Columns of a list of objects: its texts, its numbers, its numbers that may be missing, its claims. */
import { type ByteReader, type ByteWriter, damaged } from "./bytes.ts";
import { readDoubles, writeDoubles } from "./doubles.ts";
import { readIntegers, writeIntegers } from "./integers.ts";

/** Texts of which many are the same. */
export function writeNames(writer: ByteWriter, names: readonly string[]): void {
  const places = new Map<string, number>();
  for (const name of names) if (!places.has(name)) places.set(name, places.size);
  writer.whole(places.size);
  for (const name of places.keys()) writer.text(name);
  writeIntegers(
    writer,
    Int32Array.from(names, (name) => places.get(name)!),
  );
}

/** @throws AppError BAD_FILE */
export function readNames(reader: ByteReader, rows: number): string[] {
  const names = Array.from({ length: reader.count() }, () => reader.text());
  const places = new Int32Array(rows);
  readIntegers(reader, places);
  return Array.from(places, (place) => {
    const name = names[place];
    if (name === undefined) throw damaged(`there are ${names.length} names, none at ${place}`);
    return name;
  });
}

/** Texts each of which begins as the one before does. */
export function writeTexts(writer: ByteWriter, texts: readonly string[]): void {
  let before = "";
  for (const text of texts) {
    let same = 0;
    while (same < before.length && before[same] === text[same]) same++;
    // Half of a pair would not survive as UTF-8.
    if (same > 0 && /[\ud800-\udbff]/.test(before[same - 1]!)) same--;
    writer.whole(same);
    writer.text(text.slice(same));
    before = text;
  }
}

/** @throws AppError BAD_FILE */
export function readTexts(reader: ByteReader, rows: number): string[] {
  let before = "";
  return Array.from({ length: rows }, () => {
    const same = reader.whole();
    before = before.slice(0, same) + reader.text();
    return before;
  });
}

export const writeNumbers = (writer: ByteWriter, numbers: readonly number[]): void =>
  writeDoubles(writer, Float64Array.from(numbers));

/** @throws AppError BAD_FILE */
export function readNumbers(reader: ByteReader, rows: number): Float64Array {
  const numbers = new Float64Array(rows);
  readDoubles(reader, numbers);
  return numbers;
}

/** A number that is missing repeats the one before. */
export function writeOptional(writer: ByteWriter, numbers: readonly (number | null)[]): void {
  writeClaims(
    writer,
    numbers.map((number) => number === null),
  );
  let before = 0;
  writeNumbers(
    writer,
    numbers.map((number) => {
      before = number ?? before;
      return before;
    }),
  );
}

/** @throws AppError BAD_FILE */
export function readOptional(reader: ByteReader, rows: number): (number | null)[] {
  const isMissing = readClaims(reader, rows);
  return Array.from(readNumbers(reader, rows), (number, row) => (isMissing[row] ? null : number));
}

/** One byte for all where they are the same, else one for each. */
export function writeClaims(writer: ByteWriter, claims: readonly boolean[]): void {
  const isMixed = claims.some((claim) => claim !== claims[0]);
  writer.byte(isMixed ? 2 : Number(claims[0] ?? false));
  if (isMixed) writer.raw(Uint8Array.from(claims, Number));
}

/** @throws AppError BAD_FILE */
export function readClaims(reader: ByteReader, rows: number): boolean[] {
  const all = reader.byte();
  if (all < 2) return new Array<boolean>(rows).fill(all === 1);
  return Array.from(reader.raw(rows), (claim) => claim === 1);
}
