/**
 * `npm run load [-- --seconds 1 --connections 1,16,64 --filter index --rounds 7 --markdown]`: the service under load, as
 * a table; with --markdown also between the markers of docs/operations.md. Fails when any answer was not 2xx or 304.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "../harness.ts";
import { machine } from "../machine.ts";
import { rounded } from "../report.ts";
import { type Compared, type LoadResult, load, RATIO_MAX, type Row } from "./load.ts";

const PAGE = join(import.meta.dirname, "..", "..", "docs", "operations.md");
const BEGIN = "<!-- load: written by `npm run load -- --markdown` -->";
const END = "<!-- end of load -->";

const HEAD = ["route", "answers", "c", "requests", "requests/s", "p50 ms", "p99 ms", "kB each"];

const cells = ({ route, state, connections, measured }: Row): string[] => [
  route,
  state,
  String(connections),
  String(measured.requests),
  measured.perSecond.toFixed(0),
  rounded(measured.p50Ms),
  rounded(measured.p99Ms),
  rounded(measured.bytes / measured.requests / 1000),
];

function textTable(rows: readonly Row[]): string {
  const table = [HEAD, ...rows.map(cells)];
  const widths = HEAD.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const aligned = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!);
  return table.map((row) => row.map(aligned).join("  ")).join("\n");
}

/** One line for each route and state: the page has no room for one for each number of connections. */
function markdownTable(rows: readonly Row[]): string {
  const counts = [...new Set(rows.map(({ connections }) => connections))];
  const lines = Map.groupBy(rows, ({ route, state }) => `\`${route}\` | ${state}`);
  const times = ({ measured: { p50Ms, p99Ms } }: Row) => `${rounded(p50Ms)} / ${rounded(p99Ms)}`;
  const head = ["route", "answers", ...counts.map((c) => `c = ${c}`), "most requests/s", "kB"];
  return [
    `| ${head.join(" | ")} |`,
    `| --- | --- | ${head
      .slice(2)
      .map(() => "---:")
      .join(" | ")} |`,
    ...[...lines].map(([name, group]) => {
      const most = Math.max(...group.map(({ measured }) => measured.perSecond)).toFixed(0);
      const { bytes, requests } = group[0]!.measured;
      const figures = [...group.map(times), most, rounded(bytes / requests / 1000)];
      return `| ${name} | ${figures.join(" | ")} |`;
    }),
  ].join("\n");
}

function comparedText({ cachedMs, emptyMs, ratio }: Compared): string {
  const verdict = ratio <= RATIO_MAX ? "met" : "behind";
  return [
    `p99 at c = 16 of a cached GET /index-composition ${rounded(median(cachedMs))} ms,`,
    `of an empty function ${rounded(median(emptyMs))} ms: ${rounded(ratio)} times`,
    `(median of ${cachedMs.length} rounds; target <= ${RATIO_MAX}: ${verdict})`,
  ].join(" ");
}

function written({ rows, compared }: LoadResult, at: string): void {
  const page = readFileSync(PAGE, "utf8");
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error("docs/operations.md has lost the markers of load");
  const section = [at, markdownTable(rows), ...(compared ? [`${comparedText(compared)}.`] : [])];
  writeFileSync(
    PAGE,
    `${page.slice(0, begin + BEGIN.length)}\n\n${section.join("\n\n")}\n\n${page.slice(end)}`,
  );
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seconds: { type: "string", default: "1" },
      connections: { type: "string", default: "1,16,64" },
      rounds: { type: "string", default: "7" },
      filter: { type: "string", default: "" },
      markdown: { type: "boolean", default: false },
    },
  });
  if (values.markdown && values.filter !== "")
    throw new Error("--markdown replaces the whole table, so it takes no --filter");
  const at = machine(new Date().toISOString().slice(0, 10));
  console.log(at);
  const result = await load({
    seconds: Number(values.seconds),
    connections: values.connections.split(",").map(Number),
    rounds: Number(values.rounds),
    filter: values.filter,
    log: (line) => console.error(line),
  });
  console.log(textTable(result.rows));
  if (result.compared) console.log(comparedText(result.compared));
  console.log("no failed request");
  if (values.markdown) written(result, at);
}

if (import.meta.main) await main();
