/** What the market holds: sessions captured and missing, and the versions of each dataset. */
import { AppError } from "../errors.ts";
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import { missingSessions } from "../market/range.ts";
import { isSession, sessionCloseMinutes } from "../market/sessions.ts";
import type { CachedAnswer, Freshness, Images, Manifest, Snapshot } from "../ports.ts";
import { isoDay } from "../time.ts";

/** What an index is built from and kept in. */
export const DAILY_DATASETS = ["market", "index"] as const;
/** What the evening's job tidies and a person may take back. */
export const KEPT_DATASETS = [...DAILY_DATASETS, "risk"] as const;
/** All there are; bars and orders are folded from what their logs left, and kept tidy by who folds them. */
export const DATASETS = [...DAILY_DATASETS, "bars", "orders", "risk"] as const;
export type DatasetName = (typeof DATASETS)[number];

export async function sessionStatus(images: Images, freshness?: Freshness) {
  const snapshot = await images.snapshot("market", freshness);
  try {
    return await statusOf(snapshot);
  } finally {
    snapshot.release();
  }
}

async function statusOf(snapshot: Snapshot) {
  const isLoaded = REFERENCE in snapshot.manifest.parts;
  const query = isLoaded ? (await snapshot.open(REFERENCE)).query : undefined;
  const rows = query ? market.sessions(query) : [];
  const dates = rows.map(({ date }) => date);
  const missing = dates.length > 0 ? missingSessions(dates, dates[0]!, dates.at(-1)!) : [];
  return {
    market: query ? market.marketFacts(query) : null,
    available:
      dates.length > 0 ? { start_date: isoDay(dates[0]!), end_date: isoDay(dates.at(-1)!) } : null,
    sessions_total: dates.length,
    missing: missing.map(isoDay),
    sessions: rows.map(({ date, priced_rows, capped_rows }) => ({
      date: isoDay(date),
      priced_rows,
      capped_rows,
      close: closingTime(date),
    })),
    dataset_version: snapshot.version(),
  };
}

/** "16:00", or "13:00" on a half day, in New York; null for a day stored before the calendar knew it was closed. */
function closingTime(date: number): string | null {
  if (!isSession(date)) return null;
  const minutes = sessionCloseMinutes(date);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

/** {@link sessionStatus} as an endpoint answers it. */
export async function sessionsAnswer(images: Images, freshness?: Freshness): Promise<CachedAnswer> {
  const snapshot = await images.snapshot("market", freshness);
  return {
    version: snapshot.version(),
    list: "sessions",
    compute: async () => JSON.stringify(await statusOf(snapshot)),
    release: snapshot.release,
  };
}

const summary = (dataset: string, manifest: Manifest, version: string) => {
  const parts = Object.values(manifest.parts);
  const sum = (field: "bytes" | "raw_bytes" | "rows") =>
    parts.reduce((total, part) => total + part[field], 0);
  return {
    name: dataset,
    seq: manifest.seq,
    version,
    written_at: manifest.seq > 0 ? manifest.written_at : null,
    note: manifest.seq > 0 ? manifest.note : null,
    parts: parts.length,
    rows: sum("rows"),
    bytes: sum("bytes"),
    raw_bytes: sum("raw_bytes"),
  };
};

export async function datasets(images: Images, freshness?: Freshness) {
  const all = await Promise.all(
    DATASETS.map(async (name) => {
      const snapshot = await images.snapshot(name, freshness);
      try {
        return summary(name, snapshot.manifest, snapshot.version());
      } finally {
        snapshot.release();
      }
    }),
  );
  return { datasets: all };
}

/** {@link datasets} as an endpoint answers it. */
export async function datasetsAnswer(images: Images, freshness?: Freshness): Promise<CachedAnswer> {
  const all = await datasets(images, freshness);
  return {
    // A roll-back brings an old version back under a new sequence number.
    version: all.datasets.map(({ seq, version }) => `${seq}-${version}`).join("+"),
    list: "datasets",
    compute: async () => JSON.stringify(all),
    release: () => {},
  };
}

function demandDataset<Name extends string>(
  name: string,
  names: readonly Name[],
): asserts name is Name {
  if ((names as readonly string[]).includes(name)) return;
  const wrong = (DATASETS as readonly string[]).includes(name)
    ? `"${name}" is folded from what its log left and cannot go back by itself`
    : `there is no dataset "${name}"`;
  throw new AppError("UNKNOWN_DATASET", wrong, { datasets: names });
}

/** @throws AppError UNKNOWN_DATASET */
export async function datasetVersions(images: Images, name: string) {
  demandDataset(name, DATASETS);
  const manifests = await images.versions(name);
  return {
    name,
    versions: manifests.map(({ seq, written_at, writer, note, built_from, parts }) => ({
      seq,
      written_at,
      writer,
      note,
      built_from: built_from ?? null,
      parts: Object.keys(parts).length,
    })),
  };
}

/** Goes back to the parts of an older version, as a new commit. @throws AppError UNKNOWN_DATASET, UNKNOWN_VERSION */
export async function rollback(images: Images, name: string, seq: number, jobId: string) {
  demandDataset(name, KEPT_DATASETS);
  const { outcome, manifest } = await images.rollback(name, seq, jobId);
  return { name, outcome, rolled_back_to: seq, seq: manifest.seq };
}
