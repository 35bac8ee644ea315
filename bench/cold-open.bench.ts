/**
 * From the bytes of an image to the answer of the second query, in a new process each time. The bytes lie in memory
 * as a download leaves them; reading or fetching them is not included, nor is importing a module. Ours compiles
 * SQLite's wasm and opens the Buffer where it lies; "opened" leaves the compilation out, which is the same for every
 * image. node:sqlite can open files only, so the bytes are written to disk first, as a function that downloads them
 * would have to; "file there" leaves that out. The queries are the members of the last and of the first day.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { loadSqlite } from "../lib/edge/sqljs.ts";
import { type CapsShape, capsFiles } from "./caps.ts";
import { demandSame, type Figure, inChild, type Options, ratios } from "./harness.ts";
import { inFolder } from "./markets.ts";

const SELF = fileURLToPath(import.meta.url);
const ROUNDS = 15;

/** 239 MB and 5 MB in the schema of the caps parts. */
const LARGE: CapsShape = { names: 3000, days: 1320 };
const SMALL: CapsShape = { names: 300, days: 278 };

const QUERIES = ["max", "min"].map(
  (end) => `
  select group_concat(symbol) as members
  from (
    select symbol
    from cap indexed by cap_by_size
    where date = (select ${end}(date) from cap) and market_cap > 0
    order by market_cap desc
    limit 100
  )`,
);

type Variant = "ours" | "node";
type Measured = Readonly<{ ms: number; openMs: number; answers: string[] }>;
type Sizes<Value> = Readonly<{ large: Value; small: Value }>;

export async function run(options: Options): Promise<Figure[]> {
  return inFolder(options, async ({ folder, small }) => {
    const shapes: Sizes<CapsShape> = small
      ? { large: { names: 300, days: 120 }, small: { names: 100, days: 20 } }
      : { large: LARGE, small: SMALL };
    const one = (shape: CapsShape) => capsFiles(folder, shape, true)[0]!;
    const paths: Sizes<string> = { large: one(shapes.large), small: one(shapes.small) };
    const all: Record<Variant, { large: Measured[]; small: Measured[] }> = {
      ours: { large: [], small: [] },
      node: { large: [], small: [] },
    };
    for (let round = 0; round < (small ? 1 : ROUNDS); round++) {
      for (const size of ["large", "small"] as const) {
        for (const variant of ["ours", "node"] as const) {
          all[variant][size].push(await inChild<Measured>(SELF, [variant, paths[size]]));
        }
      }
    }
    for (const size of ["large", "small"] as const) {
      demandSame("members", all.ours[size][0]!.answers, all.node[size][0]!.answers);
    }
    return figuresOf(all, small);
  });
}

function figuresOf(
  { ours, node }: Record<Variant, Sizes<Measured[]>>,
  isSmallRun: boolean,
): Figure[] {
  const [large, small] = isSmallRun ? ["larger", "smaller"] : ["239 MB", "5 MB"];
  const ms = (all: readonly Measured[]) => all.map((one) => one.ms);
  const openMs = (all: readonly Measured[]) => all.map((one) => one.openMs);
  const figure = (name: string, samples: number[]): Figure => ({
    name: `cold open, ${name}`,
    unit: "ms",
    samples,
  });
  const ratio = (name: string, samples: number[], atMost?: number): Figure => ({
    name: `cold open, ${name}`,
    unit: "x",
    samples,
    ...(atMost !== undefined && !isSmallRun && { target: { atMost } }),
  });
  return [
    { ...figure(`${large}, ours`, ms(ours.large)), checked: "members of two days equal" },
    figure(`${small}, ours`, ms(ours.small)),
    figure(`${large}, ours, opened`, openMs(ours.large)),
    figure(`${small}, ours, opened`, openMs(ours.small)),
    figure(`${large}, node:sqlite`, ms(node.large)),
    figure(`${small}, node:sqlite`, ms(node.small)),
    figure(`${large}, node:sqlite, file there`, openMs(node.large)),
    ratio(`ours, ${large} / ${small}`, ratios(ms(ours.large), ms(ours.small)), 1.3),
    ratio(`ours, opened, ${large} / ${small}`, ratios(openMs(ours.large), openMs(ours.small))),
    ratio(`${large}, ours / node:sqlite`, ratios(ms(ours.large), ms(node.large)), 0.5),
    ratio(`${large}, ours / node:sqlite, file there`, ratios(ms(ours.large), openMs(node.large))),
  ];
}

async function measureOurs(bytes: Buffer): Promise<Measured> {
  const began = performance.now();
  const sqlite = await loadSqlite();
  const compiled = performance.now();
  const { image } = sqlite.openImage(bytes);
  const answers = QUERIES.map((sql) => image.text(sql)!);
  const done = performance.now();
  return { ms: done - began, openMs: done - compiled, answers };
}

function measureNode(bytes: Buffer, path: string): Measured {
  const copy = `${path}.${process.pid}`;
  try {
    const began = performance.now();
    writeFileSync(copy, bytes);
    const written = performance.now();
    const db = new DatabaseSync(copy, { readOnly: true });
    const answers = QUERIES.map((sql) => (db.prepare(sql).get() as { members: string }).members);
    const done = performance.now();
    db.close();
    return { ms: done - began, openMs: done - written, answers };
  } finally {
    rmSync(copy, { force: true });
  }
}

if (import.meta.main) {
  const [variant, path = ""] = process.argv.slice(2);
  const bytes = readFileSync(path);
  const measured = variant === "ours" ? await measureOurs(bytes) : measureNode(bytes, path);
  console.log(JSON.stringify(measured));
}
