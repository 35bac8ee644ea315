/** The workbook of an index: five sheets streamed to the store, answered as a link that expires. */
import { createHash } from "node:crypto";
import * as sheets from "../index/sheets.ts";
import type { IndexYears } from "../index/view.ts";
import type { Freshness, Images, Objects } from "../ports.ts";
import { isoDay } from "../time.ts";
import type { FormSheet, TableSheet, Workbook } from "../workbook.ts";
import { type IndexRequest, indexView } from "./index-view.ts";

export type SheetName = "performance" | "composition" | "changes" | "summary" | "about";

export type ExportWorld = Readonly<{
  images: Images;
  objects: Objects;
  workbook: (spec: Workbook) => AsyncIterable<Uint8Array>;
  nowMs: () => number;
  linkSeconds: number;
}>;

export type ExportAnswer = Readonly<{
  url: string;
  expires_at: string;
  bytes: number;
  sheets: readonly SheetName[];
  filename: string;
  dataset_version: string;
}>;

const ALL: readonly SheetName[] = ["performance", "composition", "changes", "summary", "about"];
const XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/** A workbook of the same version and sheets is the same file; it is made again once it is this old. */
const REUSE_MS = 12 * 3_600_000;

export async function exportWorkbook(
  world: ExportWorld,
  request: IndexRequest & Readonly<{ sheets?: readonly SheetName[] | undefined }>,
  freshness?: Freshness,
): Promise<ExportAnswer> {
  const { objects, nowMs, linkSeconds } = world;
  const view = await indexView(world.images, request, freshness);
  try {
    const names = ALL.filter((name) => !request.sheets || request.sheets.includes(name));
    const filename = `${view.id}_${isoDay(view.start)}_${isoDay(view.end)}.xlsx`;
    const print = createHash("sha256")
      .update(`${view.version} ${view.start} ${view.end} ${names.join()}`)
      .digest("hex")
      .slice(0, 16);
    const key = `exports/${view.id}/${print}.xlsx`;
    const present = await objects.head(key);
    let bytes = present?.bytes ?? 0;
    if (!present || nowMs() - present.modifiedMs > REUSE_MS) {
      const spec = workbookOf(await view.open(), names, view.version, nowMs());
      ({ bytes } = await objects.putStream(key, world.workbook(spec), { contentType: XLSX }));
    }
    return {
      url: await objects.presignedGet(key, filename, linkSeconds),
      expires_at: new Date(nowMs() + linkSeconds * 1000).toISOString(),
      bytes,
      sheets: names,
      filename,
      dataset_version: view.version,
    };
  } finally {
    view.release();
  }
}

/** The sheets asked for, in the order of {@link ALL}. */
export function workbookOf(
  years: IndexYears,
  names: readonly SheetName[],
  version: string,
  createdMs: number,
): Workbook {
  const days = years.performance();
  const make: Readonly<Record<SheetName, () => TableSheet | FormSheet>> = {
    performance: () => sheets.performanceSheet(days, years.levelBefore()),
    composition: () =>
      sheets.compositionSheet(years.memberDays(), days, years.parameters.notional_per_constituent),
    changes: () => sheets.changesSheet(years.changes()),
    summary: () => sheets.summarySheet(years.id, days, names.includes("performance")),
    about: () =>
      sheets.aboutSheet(years, {
        version,
        createdMs,
        warnings: years.warnings(days.map(({ date }) => date)),
      }),
  };
  return {
    title: `${years.id} ${isoDay(years.start)} to ${isoDay(years.end)}`,
    creator: "Equipoise",
    createdMs,
    sheets: names.map((name) => make[name]()),
  };
}
