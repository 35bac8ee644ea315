/** Figures as a table: for the terminal, and for bench/README.md between its two markers. */
import { type Figure, isMet, median, type Target } from "./harness.ts";

const BEGIN = "<!-- figures: written by `npm run bench -- --write` -->";
const END = "<!-- end of figures -->";

const HEAD = ["figure", "median", "min", "max", "n", "target", "verdict", "checked"] as const;

/** Three significant digits, never in exponential form. */
export function rounded(value: number): string {
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  return value.toFixed(Math.min(digits, 6));
}

const targetText = (target: Target | undefined, unit: string): string => {
  if (target === undefined) return "";
  return "atMost" in target ? `<= ${target.atMost} ${unit}` : `>= ${target.atLeast} ${unit}`;
};

export function verdict(figure: Figure): string {
  if (figure.skipped !== undefined) return `skipped: ${figure.skipped}`;
  const met = isMet(figure);
  if (met === undefined) return "";
  return met ? "met" : "behind";
}

function cells(figure: Figure): string[] {
  const { name, unit, samples, target, checked = "" } = figure;
  const numbers =
    samples.length === 0
      ? ["", "", ""]
      : [median(samples), Math.min(...samples), Math.max(...samples)].map(rounded);
  return [
    name,
    numbers[0] === "" ? "" : `${numbers[0]} ${unit}`,
    numbers[1]!,
    numbers[2]!,
    String(samples.length),
    targetText(target, unit),
    verdict(figure),
    checked,
  ];
}

/** Columns aligned by spaces; what was checked stays out, a terminal is not that wide. */
export function textTable(figures: readonly Figure[]): string {
  const rows = [[...HEAD], ...figures.map(cells)].map((row) => row.slice(0, -1));
  const widths = HEAD.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows
    .map((row) =>
      row
        .map((cell, column) =>
          column >= 1 && column <= 4
            ? cell.padStart(widths[column]!)
            : cell.padEnd(widths[column]!),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function markdownTable(figures: readonly Figure[]): string {
  const line = (row: readonly string[]) =>
    `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(HEAD),
    "| --- | ---: | ---: | ---: | ---: | --- | --- | --- |",
    ...figures.map((figure) => line(cells(figure))),
  ].join("\n");
}

/** @throws Error when the text does not hold both markers, in order */
export function withFigures(readme: string, section: string): string {
  const begin = readme.indexOf(BEGIN);
  const end = readme.indexOf(END);
  if (begin < 0 || end < begin) {
    throw new Error(`the text must hold the lines "${BEGIN}" and "${END}", in this order`);
  }
  return `${readme.slice(0, begin + BEGIN.length)}\n\n${section}\n\n${readme.slice(end)}`;
}
