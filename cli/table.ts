/** Figures as a person reads them in a terminal. */

export type Column<Row> = Readonly<{
  title: string;
  /** Numbers stand at the right. */
  align?: "left" | "right";
  of: (row: Row) => string;
}>;

export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ of }) => of(row))),
  ];
  const widths = columns.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  return cells
    .map((line) =>
      line
        .map((cell, i) =>
          columns[i]!.align === "right" ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Names and values, one a line. */
export const facts = (entries: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...entries.map(([name]) => name.length));
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}`).join("\n");
};

/** Thousands apart. Intl would do it too, at 50 ms for the first number. */
const grouped = (digits: string) => digits.replace(/\B(?=(\d{3})+(?!\d))/g, ",");

export const count = (value: number): string => grouped(String(value));

export function fixed(value: number | null | undefined, digits: number): string {
  if (value === null || value === undefined) return "-";
  const [whole = "", fraction] = value.toFixed(digits).split(".");
  return fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
}

/** 0.0123 -> "1.23 %". */
export const percent = (fraction: number | null | undefined): string =>
  fraction === null || fraction === undefined ? "-" : `${fixed(fraction * 100, 2)} %`;
export const seconds = (ms: number): string => `${fixed(ms / 1000, 2)} s`;

type Warning = Readonly<{ code: string; message: string; count: number }>;

/** The warnings of a body, one a line; empty when there are none. */
export const warnings = (meta: Readonly<{ warnings: readonly Warning[] }>): string =>
  meta.warnings
    .map(({ code, message, count: n }) => `\nwarning ${code} (${n}): ${message}`)
    .join("");

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** For a person, beside the answer. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
