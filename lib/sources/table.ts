/** The small files beside the daily rows: read whole, one object of texts per line. */
import { badFile, chunksOf } from "./bytes.ts";
import { headerOf } from "./daily.ts";
import { type FileOrPath, inputFile } from "./input-file.ts";
import { type CsvRecord, RecordScanner } from "./records.ts";
import { type Fault, type RejectedRow, rejected, widthFault } from "./rows.ts";

/** Names and texts of one line, trimmed; a column the file does not have reads as "". */
export type TableRow = (column: string) => string;

export type Read<T> = Readonly<{ rows: T[]; rejected: RejectedRow[] }>;

/**
 * Reads a file whose header is one of `headers` (in any order of columns, optional ones marked "name?").
 *
 * @param parse one row, or what is wrong with it
 * @throws AppError BAD_FILE for another header or an unreadable file
 */
export async function readTable<T extends object>(
  given: FileOrPath,
  headers: readonly (readonly string[])[],
  parse: (row: TableRow, header: number) => T | Fault,
): Promise<Read<T>> {
  const input = inputFile(given);
  const file = input.name;
  const rows: T[] = [];
  const refused: RejectedRow[] = [];
  const scanner = new RecordScanner(file);
  let take: ((record: CsvRecord) => void) | undefined;
  const visit = (record: CsvRecord) => {
    if (take) return take(record);
    const names = headerOf(record);
    const header = matchHeader(file, names, headers);
    const position = new Map(names.map((name, at) => [name, at]));
    take = (line) => {
      const refuse = (fault: Fault) =>
        refused.push(rejected({ file, line: line.line, raw: line.raw() }, fault));
      if (line.fields !== names.length) return void refuse(widthFault(line.fields, names.length));
      const texts = line.texts();
      const parsed = parse((column) => texts[position.get(column) ?? -1]?.trim() ?? "", header);
      if (isFault(parsed)) refuse(parsed);
      else rows.push(parsed);
    };
  };
  for await (const chunk of chunksOf(input)) scanner.push(chunk, visit);
  scanner.end(visit);
  if (!take) throw badFile(file, "is empty", `the header ${describe(headers)}`);
  return { rows, rejected: refused };
}

const isFault = (parsed: object): parsed is Fault => "reason" in parsed && "detail" in parsed;

/** Which of the headers a file has. @throws AppError BAD_FILE when none */
export function matchHeader(
  file: string,
  names: readonly string[],
  headers: readonly (readonly string[])[],
): number {
  const found = headers.findIndex((header) => {
    const known = header.map((name) => name.replace("?", ""));
    const required = header.filter((name) => !name.endsWith("?"));
    return (
      new Set(names).size === names.length &&
      names.every((name) => known.includes(name)) &&
      required.every((name) => names.includes(name))
    );
  });
  if (found >= 0) return found;
  const shown = names.join(",");
  throw badFile(
    file,
    `has the header "${shown.length > 200 ? `${shown.slice(0, 200)}...` : shown}"`,
    `the header ${describe(headers)}`,
  );
}

const describe = (headers: readonly (readonly string[])[]) =>
  headers.map((header) => `"${header.join(",").replaceAll("?", "")}"`).join(" or ");
