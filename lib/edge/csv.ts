/** Rows of an answer as RFC 4180 text for spreadsheets. */
type Row = Readonly<Record<string, unknown>>;

/** A spreadsheet runs text that begins like this as a formula; a leading apostrophe makes it text. */
const FORMULA_START = /^[=+\-@\t\r]/;

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "string") {
    return typeof value === "object" ? cell(JSON.stringify(value)) : String(value);
  }
  const safe = FORMULA_START.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const isTable = (value: unknown): value is Row[] =>
  Array.isArray(value) && value.every((row) => typeof row === "object" && row !== null);

/**
 * A row that holds lists of rows becomes one line per entry, with the list's name as `event`:
 * `{date, entered: [a], exited: [b]}` gives `date,event,...a` and `date,event,...b`.
 */
function flat(row: Row): Row[] {
  const lists = Object.entries(row).filter(([, value]) => isTable(value)) as [string, Row[]][];
  if (lists.length === 0) return [row];
  const scalars = Object.fromEntries(Object.entries(row).filter(([, value]) => !isTable(value)));
  return lists.flatMap(([event, entries]) =>
    entries.map((entry) => ({ ...scalars, event, ...entry })),
  );
}

/** The header names every field that any row has, in the order they first appear. No rows: an empty text. */
export function csv(rows: readonly Row[]): string {
  const lines = rows.flatMap(flat);
  const names = [...new Set(lines.flatMap((line) => Object.keys(line)))];
  if (names.length === 0) return "";
  return [names.map(cell), ...lines.map((line) => names.map((name) => cell(line[name])))]
    .map((cells) => `${cells.join(",")}\r\n`)
    .join("");
}
