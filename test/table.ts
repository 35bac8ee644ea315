type Cell = string | number;

/**
 * Rows of a text table: columns are parted by white space, the first line names them, `--` begins a comment,
 * and what reads as a number is one. @throws Error when a row has too few or too many cells
 */
export function table(text: string): Record<string, Cell>[] {
  const [names = [], ...rows] = text
    .split("\n")
    .map((line) => (line.split(/\s--\s|^--/)[0] ?? "").trim())
    .filter((line) => line !== "")
    .map((line) => line.split(/\s+/));
  return rows.map((cells) => {
    if (cells.length === names.length) {
      return Object.fromEntries(cells.map((cell, at) => [names[at], parsed(cell)]));
    }
    throw new Error(`"${cells.join(" ")}" has ${cells.length} cells for ${names.length} columns`);
  });
}

const parsed = (cell: string): Cell => (Number.isNaN(Number(cell)) ? cell : Number(cell));
