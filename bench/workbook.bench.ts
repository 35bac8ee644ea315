/**
 * Time and memory of a composition export (10 columns), ours against exceljs in memory. Every figure comes from a
 * process of its own: a peak of resident memory cannot be taken back, so two variants must not share one.
 * Time is from the first call to the last byte, the loading of exceljs included (both need it).
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Cell, type Column, workbook } from "../lib/edge/excel.ts";
import { addDays, isoDay, weekday } from "../lib/time.ts";

type Figure = Readonly<{ name: string; value: number; unit: string; target: number | null }>;
type Measured = Readonly<{ ms: number; bytes: number; peakMb: number }>;
type Variant = "ours" | "exceljs";

const SELF = fileURLToPath(import.meta.url);

/** Runs 25,200 rows (one year of 100 names), unless small also 252,000 (ten years). */
export async function run({ small }: Readonly<{ small: boolean }>): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const rows of small ? [25_200] : [25_200, 252_000]) {
    for (const variant of ["ours", "exceljs"] as const) {
      const { ms, bytes, peakMb } = measured(variant, rows);
      const name = `workbook, ${rows.toLocaleString("en-US")} rows, ${variant}`;
      const ours = variant === "ours";
      figures.push(
        { name: `${name}: time`, value: Math.round(ms), unit: "ms", target: ours ? 8_000 : null },
        {
          name: `${name}: memory`,
          value: Math.round(peakMb),
          unit: "MB",
          target: ours ? 300 : null,
        },
        { name: `${name}: size`, value: Math.round(bytes / 1e4) / 100, unit: "MB", target: null },
      );
    }
  }
  return figures;
}

const measured = (variant: Variant, rows: number): Measured =>
  JSON.parse(
    execFileSync(process.execPath, ["--max-old-space-size=8192", SELF, variant, String(rows)], {
      encoding: "utf8",
    }),
  );

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

async function ours(count: number): Promise<number> {
  let bytes = 0;
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
  for await (const chunk of chunks) bytes += chunk.length;
  return bytes;
}

async function exceljs(count: number): Promise<number> {
  const { default: ExcelJS } = await import("exceljs");
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet("Composition", { views: [{ state: "frozen", ySplit: 1 }] });
  sheet.addTable({
    name: "Composition",
    ref: "A1",
    columns: COLUMNS.map(({ header }) => ({ name: header, filterButton: true })),
    rows: [...composition(count)].map(([day, ...rest]) => [new Date(isoDay(Number(day))), ...rest]),
  });
  return (await book.xlsx.writeBuffer()).byteLength;
}

if (import.meta.main) {
  const [variant, rows] = process.argv.slice(2);
  const began = performance.now();
  const bytes = await (variant === "ours" ? ours : exceljs)(Number(rows));
  const ms = performance.now() - began;
  console.log(JSON.stringify({ ms, bytes, peakMb: process.resourceUsage().maxRSS / 1024 }));
}
