/**
 * Time and memory of a composition export (10 columns), ours against exceljs in memory. Every figure comes from a
 * process of its own: a peak of resident memory cannot be taken back, so two variants must not share one.
 * Time is from the first call to the last byte, the loading of exceljs included (both need it).
 */
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { type Cell, type Column, workbook } from "../lib/edge/excel.ts";
import { addDays, isoDay, weekday } from "../lib/time.ts";
import { demandSame, type Figure, inChild, type Options, peakMb, type Target } from "./harness.ts";

type Variant = "ours" | "exceljs";
/** `held` is a hash of the cells of the finished book, read again with one reader whatever wrote it. */
type Measured = Readonly<{ ms: number; bytes: number; peakMb: number; held: string | null }>;

const SELF = fileURLToPath(import.meta.url);
const MS_MAX = 8_000;
const MB_MAX = 300;

/** 25,200 rows are a year of 100 names, 252,000 ten years. */
export async function run({ small }: Options): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const rows of small ? [1_000] : [25_200, 252_000]) {
    const rounds = small ? 1 : rows > 100_000 ? 3 : 7;
    const all: Record<Variant, Measured[]> = { ours: [], exceljs: [] };
    for (let round = 0; round < rounds; round++) {
      for (const variant of ["ours", "exceljs"] as const) {
        all[variant].push(await measured(variant, rows, small));
      }
    }
    // Reading a book takes longer than writing it and memory of its own, so it is done apart, and not at full length.
    const isHeld = rows <= 25_200;
    if (isHeld) {
      const [a, b] = small
        ? [all.ours[0]!, all.exceljs[0]!]
        : [await measured("ours", rows, true), await measured("exceljs", rows, true)];
      demandSame("cells of the two books", a.held, b.held);
    }
    for (const variant of ["ours", "exceljs"] as const) {
      figures.push(...figuresOf(variant, rows, all[variant], isHeld, small));
    }
  }
  return figures;
}

function figuresOf(
  variant: Variant,
  rows: number,
  all: readonly Measured[],
  isHeld: boolean,
  small: boolean,
): Figure[] {
  const name = `workbook, ${rows.toLocaleString("en-US")} rows, ${variant}`;
  const target = (atMost: number): { target?: Target } =>
    variant === "ours" && !small ? { target: { atMost } } : {};
  return [
    {
      name: `${name}: time`,
      unit: "ms",
      samples: all.map(({ ms }) => ms),
      ...target(MS_MAX),
      ...(isHeld && { checked: "every cell equal when read back" }),
    },
    {
      name: `${name}: peak memory`,
      unit: "MB",
      samples: all.map((one) => one.peakMb),
      ...target(MB_MAX),
    },
    { name: `${name}: size`, unit: "MB", samples: all.map(({ bytes }) => bytes / 1e6) },
  ];
}

const measured = (variant: Variant, rows: number, isRead: boolean): Promise<Measured> =>
  inChild<Measured>(SELF, [variant, String(rows), String(isRead)], {
    flags: ["--max-old-space-size=8192"],
  });

const COLUMNS: readonly Column[] = [
  { header: "Date", format: "date" },
  { header: "Rank", format: "integer" },
  { header: "Ticker", format: "text" },
  { header: "Name", format: "text", width: 34 },
  { header: "Market cap (USD)", format: "usd" },
  { header: "Weight", format: "percent" },
  { header: "Notional (USD)", format: "usd" },
  { header: "Index shares", format: "decimal4" },
  { header: "Price (USD)", format: "decimal2" },
  { header: "Stale", format: "boolean" },
];

function* composition(count: number): Generator<Cell[]> {
  let day = 20140102;
  for (let i = 0; i < count; i++) {
    const k = i % 100;
    if (k === 0 && i > 0) {
      do day = addDays(day, 1);
      while (weekday(day) % 6 === 0);
    }
    const price = 50 + ((i * 7919) % 100_003) / 137;
    const cap = (3.1e12 / (k + 1)) * (1 + ((i * 31) % 97) / 1000);
    yield [
      day,
      k + 1,
      `T${k}`,
      `Company number ${k}, Inc.`,
      cap,
      0.01,
      1e6,
      1e6 / price,
      price,
      k === 99,
    ];
  }
}

async function ours(count: number, keep: (chunk: Uint8Array) => void): Promise<void> {
  const chunks = workbook({
    title: "Composition",
    creator: "Equipoise",
    createdMs: 0,
    sheets: [
      {
        kind: "table",
        name: "Composition",
        table: "Composition",
        columns: COLUMNS,
        rows: composition(count),
        rowCount: count,
      },
    ],
  });
  for await (const chunk of chunks) keep(chunk);
}

async function exceljs(count: number, keep: (chunk: Uint8Array) => void): Promise<void> {
  const { default: ExcelJS } = await import("exceljs");
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet("Composition", { views: [{ state: "frozen", ySplit: 1 }] });
  sheet.addTable({
    name: "Composition",
    ref: "A1",
    columns: COLUMNS.map(({ header }) => ({ name: header, filterButton: true })),
    rows: [...composition(count)].map(([day, ...rest]) => [new Date(isoDay(Number(day))), ...rest]),
  });
  keep(new Uint8Array(await book.xlsx.writeBuffer()));
}

/** A hash of every cell of a finished book, row by row. */
async function cellsOf(chunks: readonly Uint8Array[]): Promise<string> {
  const { default: ExcelJS } = await import("exceljs");
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(Buffer.concat(chunks) as unknown as ArrayBuffer);
  const hash = createHash("sha256");
  book
    .getWorksheet("Composition")!
    .eachRow((row) => hash.update(`${JSON.stringify(row.values)}\n`));
  return hash.digest("hex");
}

if (import.meta.main) {
  const [variant, rows, isRead] = process.argv.slice(2);
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // The size is what counts; chunks are held only where they are read again.
  const keep = (chunk: Uint8Array) => {
    bytes += chunk.length;
    if (isRead === "true") chunks.push(chunk);
  };
  const began = performance.now();
  await (variant === "ours" ? ours : exceljs)(Number(rows), keep);
  const ms = performance.now() - began;
  const peak = peakMb();
  const held = isRead === "true" ? await cellsOf(chunks) : null;
  console.log(JSON.stringify({ ms, bytes, peakMb: peak, held }));
}
