/** Daily rows of a comma-separated file as batches of columns, whatever the vendor calls its columns. */
import { badFile, chunksOf } from "./bytes.ts";
import type { InputFile } from "./input-file.ts";
import { newYorkDayOf } from "./new-york.ts";
import { parseDay, parseNumber } from "./numbers.ts";
import { type CsvRecord, RecordScanner } from "./records.ts";
import {
  BatchBuilder,
  type DailyBatch,
  emptyFields,
  type Fault,
  type Reject,
  rejected,
  widthFault,
} from "./rows.ts";
import type { TickerTable } from "./tickers.ts";
import { WordTable } from "./words.ts";

type NumberColumn = "open" | "high" | "low" | "close" | "volume" | "marketCap" | "netChange";

/** Where a file keeps what we read. */
export type DailyLayout = Readonly<{
  width: number;
  day: number;
  /** Whether the `day` field is the instant of a capture, whose day is the one in New York. */
  isInstant?: boolean;
  ticker: number;
  exchange?: number;
  numbers: Readonly<Partial<Record<NumberColumn, number>>>;
}>;

export type DailyFile = Readonly<{
  file: InputFile;
  tickers: TickerTable;
  /** The layout of a header (names in lower case); throws BAD_FILE for one it does not know. */
  layoutOf: (names: readonly string[]) => DailyLayout;
  reject: Reject;
  read?: (bytes: number) => void;
}>;

/**
 * Accepted rows in file order; `reject` hears of the others as they are met.
 *
 * @throws AppError BAD_FILE when the file is missing, has no known header or cannot be read to its end
 */
export async function* dailyBatches(source: DailyFile): AsyncGenerator<DailyBatch> {
  const { file } = source;
  const scanner = new RecordScanner(file.name);
  const builder = new BatchBuilder(file.name);
  let take: ((record: CsvRecord) => void) | undefined;
  const visit = (record: CsvRecord) => {
    if (take) take(record);
    else take = rowReader(source, source.layoutOf(headerOf(record)), builder);
  };
  for await (const chunk of chunksOf(file, source.read)) {
    scanner.push(chunk, visit);
    yield* builder.take();
  }
  scanner.end(visit);
  if (!take) throw badFile(file.name, "is empty", "a header line and rows");
  yield* builder.take(true);
}

/** The names of a header line as they are compared. */
export const headerOf = (record: CsvRecord): string[] =>
  record.texts().map((name) => name.trim().toLowerCase());

function rowReader(source: DailyFile, layout: DailyLayout, builder: BatchBuilder) {
  const { tickers, reject } = source;
  const file = source.file.name;
  const { width, day, ticker } = layout;
  const dayIn = layout.isInstant ? instantReader() : parseDay;
  const {
    open = -1,
    high = -1,
    low = -1,
    close = -1,
    volume = -1,
    marketCap = -1,
    netChange = -1,
  } = layout.numbers;
  const { exchange = -1 } = layout;
  const exchanges = new WordTable();
  builder.widen({ netChange: netChange >= 0, exchange: exchange >= 0 });
  const row = emptyFields();
  const take = (record: CsvRecord): Fault | undefined => {
    row.line = record.line;
    row.open = numberIn(record, open);
    row.high = numberIn(record, high);
    row.low = numberIn(record, low);
    row.close = numberIn(record, close);
    row.volume = numberIn(record, volume);
    row.marketCap = numberIn(record, marketCap);
    row.netChange = numberIn(record, netChange);
    if (exchange >= 0) {
      row.exchange = exchanges.find(record.bytes, record.starts[exchange]!, record.ends[exchange]!);
    }
    return builder.add(row);
  };
  return (record: CsvRecord): void => {
    const { bytes, starts, ends } = record;
    row.date = day < record.fields ? dayIn(bytes, starts[day]!, ends[day]!) : 0;
    row.ticker =
      ticker < record.fields ? tickers.find(bytes, starts[ticker]!, ends[ticker]!) : undefined;
    const fault = record.fields === width ? take(record) : widthFault(record.fields, width);
    if (fault) {
      const { date, ticker: symbol } = row;
      reject(rejected({ file, line: record.line, raw: record.raw(), date, ticker: symbol }, fault));
    }
  };
}

const numberIn = ({ bytes, starts, ends }: CsvRecord, field: number): number =>
  field < 0 ? Number.NaN : parseNumber(bytes, starts[field]!, ends[field]!);

/** New York days of instants such as 2021-02-16T00:39:58+00:00, which come in long runs of the same. */
function instantReader() {
  let text = "";
  let day = 0;
  return (bytes: Buffer, start: number, end: number): number => {
    const next = bytes.toString("latin1", start, end);
    if (next !== text) {
      text = next;
      day = newYorkDayOf(text);
    }
    return day;
  };
}
