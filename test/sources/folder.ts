import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import type { DailyBatch, RejectedRow } from "../../lib/sources/rows.ts";

/** A folder with these files, gone when the test is. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const root = mkdtempSync(join(tmpdir(), "sources-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), content);
  }
  return root;
}

export type FlatRow = Record<string, string | number>;

/** Rows of batches as objects, without the columns that are absent. */
export async function flat(batches: AsyncIterable<DailyBatch> | Iterable<DailyBatch>) {
  const rows: FlatRow[] = [];
  for await (const batch of batches) {
    for (let at = 0; at < batch.count; at++) {
      const row: FlatRow = {
        line: batch.line[at]!,
        date: batch.date[at]!,
        ticker: batch.ticker[at]!,
      };
      for (const name of ["open", "high", "low", "close", "volume", "marketCap"] as const) {
        if (!Number.isNaN(batch[name][at]!)) row[name] = batch[name][at]!;
      }
      rows.push(row);
    }
  }
  return rows;
}

/** Everything a source says: accepted rows, refusals as "line REASON". */
export async function readAllOf(
  open: (reject: (row: RejectedRow) => void) => AsyncIterable<DailyBatch>,
) {
  const refused: RejectedRow[] = [];
  const rows = await flat(open((row) => refused.push(row)));
  return { rows, refused, reasons: refused.map(({ line, reason }) => `${line} ${reason}`) };
}
