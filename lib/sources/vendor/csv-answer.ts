/** Tables that vendors send as comma-separated text. */
import { AppError } from "../../errors.ts";
import { RecordScanner } from "../records.ts";
import { type Asked, wrongAnswer } from "./errors.ts";

const SHOWN_CHARACTERS = 100;

/**
 * The fields of some columns in the order they are named, a row each. Other columns may stand anywhere.
 *
 * @throws AppError VENDOR_ANSWER when a column is missing, or a row has not as many fields as the header
 */
export function csvAnswer(text: string, columns: readonly string[], asked: Asked): string[][] {
  const records = recordsOf(text, asked);
  const [header = []] = records;
  const places = columns.map((name) => header.indexOf(name));
  if (places.includes(-1)) {
    const was = text.slice(0, SHOWN_CHARACTERS).replace(/\s+/g, " ");
    throw wrongAnswer(asked, `expected a table with ${columns.join(", ")}, was "${was}"`);
  }
  return records.slice(1).map((fields, at) => {
    if (fields.length !== header.length) {
      const counts = `${fields.length} fields where the header has ${header.length}`;
      throw wrongAnswer(asked, `row ${at + 1}: ${counts}`);
    }
    return places.map((place) => fields[place]!.trim());
  });
}

function recordsOf(text: string, asked: Asked): string[][] {
  const records: string[][] = [];
  const scanner = new RecordScanner(asked.operation);
  try {
    scanner.push(Buffer.from(text), (record) => records.push(record.texts()));
    scanner.end((record) => records.push(record.texts()));
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    throw wrongAnswer(asked, error.message);
  }
  return records;
}
