/**
 * Rows out of the screener's files with and without us: ours is the product's reader, ids, order and the quality gate;
 * plain is what a script would do: unpack a file whole, split lines and fields, turn the numbers into numbers. Nothing
 * is stored. Both read the same files of 2021 to 2023 from a warm disk and must find the same rows and closes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { Gate } from "../lib/market/gate/gate.ts";
import { noNews, passGate } from "../lib/market/gate-pass.ts";
import { NameNumbers } from "../lib/market/name-numbers.ts";
import { StagedRows } from "../lib/market/staging.ts";
import { SymbolBook } from "../lib/market/symbol-book.ts";
import { nasdaqScreener } from "../lib/sources/nasdaq-screener.ts";
import { isoDay } from "../lib/time.ts";
import {
  demandClose,
  demandSame,
  type Figure,
  interleaved,
  type Options,
  ratios,
} from "./harness.ts";
import { capturedPaths, hasCaptured, inFolder, simulated } from "./markets.ts";

type Found = Readonly<{ rows: number; closes: number; repaired: number }>;

export async function run(options: Options): Promise<Figure[]> {
  const { small } = options;
  if (!small && !hasCaptured()) {
    const skipped = "the captured market is not at hand (EQUIPOISE_SHARED)";
    return [{ name: "rows and gate / plain parse", unit: "x", samples: [], skipped }];
  }
  return inFolder(options, async ({ folder }) => {
    const paths = small ? [await screenerFile(folder)] : capturedPaths();
    const [a, b] = [await ours(paths), plain(paths)];
    demandSame("rows", a.rows, b.rows);
    demandClose("sum of closes", [a.closes], [b.closes], 1e-9);
    const samples = await interleaved(
      { ours: () => ours(paths), plain: () => plain(paths) },
      small ? { rounds: 2, warmups: 0 } : { rounds: 9, warmups: 1 },
    );
    const name = `${a.rows.toLocaleString("en-US")} rows of ${paths.length} files`;
    return [
      {
        name: `${name}: read and gated`,
        unit: "ms",
        samples: samples.ours,
        checked: `same rows and closes; ${a.repaired.toLocaleString("en-US")} figures repaired`,
      },
      { name: `${name}: plain parse`, unit: "ms", samples: samples.plain },
      {
        name: `${name}: read and gated / plain parse`,
        unit: "x",
        samples: ratios(samples.ours, samples.plain),
        ...(!small && { target: { atMost: 3 } }),
      },
    ];
  });
}

async function ours(paths: readonly string[]): Promise<Found> {
  const book = new SymbolBook();
  const exchanges = new NameNumbers([""]);
  const tickerOf = (symbol: number) => book.tickerOf(symbol);
  const gate = new Gate({ exchanges: exchanges.names, tickerOf, splitOn: () => 1 });
  const found = { rows: 0, closes: 0, repaired: 0 };
  for (const path of paths) {
    const rows = new StagedRows();
    for await (const batch of nasdaqScreener({ paths: [path] }).rows(() => {})) {
      for (let row = 0; row < batch.count; row++) {
        const exchange = exchanges.numberOf(batch.exchange?.[row] ?? "");
        rows.add(batch, row, {
          symbol: book.idOf(batch.ticker[row]!),
          file: 0,
          source: 1,
          exchange,
        });
        found.closes += batch.close[row]!;
      }
    }
    found.rows += rows.count;
    const news = noNews();
    const order = rows.sorted(() => {});
    passGate(rows, order, {
      gate,
      tickerOf,
      exchanges: exchanges.names,
      isAsked: false,
      refuse: () => {},
      news,
    });
    found.repaired += news.repairs.length;
  }
  return found;
}

function plain(paths: readonly string[]): Found {
  const found = { rows: 0, closes: 0, repaired: 0 };
  const kept: unknown[] = [];
  for (const path of paths) {
    const [header = "", ...lines] = gunzipSync(readFileSync(path)).toString().trimEnd().split("\n");
    const at = header.split(",").indexOf("last");
    for (const line of lines) {
      const [date, exchange, symbol, ...numbers] = line.split(",");
      const row = { date, exchange, symbol, numbers: numbers.map(Number) };
      const close = row.numbers[at - 3]!;
      if (!(close > 0)) continue;
      found.rows++;
      found.closes += close;
      if (found.rows % 1000 === 0) kept.push(row);
    }
  }
  return found;
}

/** A small file in the screener's form. */
async function screenerFile(folder: string): Promise<string> {
  const lines = ["session_date,exchange,symbol,last,net_change,pct_change,volume,market_cap"];
  for await (const batch of simulated(60, 20240102, 20240301).rows(() => {})) {
    for (let row = 0; row < batch.count; row++) {
      const { date, ticker, close, volume } = batch;
      const cap = batch.marketCap[row]!;
      const told = Number.isNaN(cap) ? "" : cap;
      lines.push(
        `${isoDay(date[row]!)},nasdaq,${ticker[row]},${close[row]},,,${volume[row]},${told}`,
      );
    }
  }
  const path = join(folder, "screener.csv.gz");
  writeFileSync(path, gzipSync(`${lines.join("\n")}\n`));
  return path;
}
