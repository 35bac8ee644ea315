/**
 * A commit: parts first, then history, then the manifest on the condition that nobody moved it meanwhile.
 * Whatever the answer to that last write is (or if there is none), only a manifest that was read decides:
 * one with our nonce means committed, any other means to start again from it.
 */
import { AppError } from "../../errors.ts";
import type { CommitOutcome, Draft, Manifest } from "../../ports.ts";
import type { Sqlite } from "../sqljs.ts";
import { backOff, type Context, isDependencyDown, persistently } from "./context.ts";
import type { Manifests, Stored } from "./current.ts";
import { openDraft } from "./draft.ts";
import { historyKey, manifestBytes, manifestKey, RECENT_JOBS } from "./manifest.ts";
import type { OpenedParts } from "./opened.ts";
import type { Refusals } from "./refusals.ts";
import { snapshotOf } from "./snapshot.ts";
import { type Uploads, uploadsOf } from "./uploads.ts";

export type Job = Readonly<{
  id: string;
  note: string;
  builtFrom?: Readonly<Record<string, string>>;
}>;

/** A draft that may also name parts whose objects the caller has put itself. */
export type NamingDraft = Draft &
  Readonly<{
    name: ReturnType<typeof openDraft>["name"];
    uploads: Uploads;
  }>;

export type CommitTools = Readonly<{
  context: Context;
  manifests: Manifests;
  refused: Refusals;
  opened: OpenedParts;
  sqlite: () => Promise<Sqlite>;
}>;

/** A manifest whose write was sent: it may be there although the answer said or meant otherwise. */
type Sent<T> = Readonly<{ manifest: Manifest; result: T }>;

/** How one attempt ended. `down` is what kept the store from being reached. */
type Attempt<T> =
  | Readonly<{ end: "done"; outcome: Omit<CommitOutcome<T>, "attempts"> }>
  | Readonly<{ end: "again"; reason: string; down?: unknown }>;

/** Longest time a commit goes on against a store that cannot be reached. */
const DOWN_MS_MAX = 8_000;
const LEASE_TTL_MS = 30_000;
const LEASE_TRIES = 10;
/** Writers that collide take about as long as each other: waits shorter than that collide again. */
const BACK_OFF_MIN_MS = 20;

/**
 * @throws AppError WRITE_CONFLICT when other writers were faster every time
 * @throws AppError DEPENDENCY_DOWN when the store could not be reached; the commit may have happened,
 *   and repeating it with the same job id is safe
 */
export async function commit<T>(
  tools: CommitTools,
  dataset: string,
  job: Job,
  change: (draft: NamingDraft) => Promise<T>,
): Promise<CommitOutcome<T>> {
  const { context } = tools;
  const releaseLease = await leaseFor(context, dataset);
  try {
    const startedMs = context.nowMs();
    const uploads = uploadsOf(context, tools.refused);
    const sent: Sent<T>[] = [];
    let last: Attempt<T> | undefined;
    for (let attempts = 1; attempts <= context.maxAttempts; attempts++) {
      const attemptMs = context.nowMs();
      last = await tryOnce(tools, dataset, job, change, uploads, sent);
      if (last.end === "done") {
        const { outcome, manifest } = last.outcome;
        const elapsedMs = context.nowMs() - startedMs;
        if (outcome === "committed") {
          context.log({ event: "committed", dataset, seq: manifest.seq, attempts, elapsedMs });
        }
        return { ...last.outcome, attempts };
      }
      context.log({ event: "commit_retried", dataset, attempt: attempts, reason: last.reason });
      // A store that stays away is told to the caller while the caller still waits for an answer.
      if (last.down !== undefined && context.nowMs() - startedMs > DOWN_MS_MAX) throw last.down;
      const baseMs = Math.max(BACK_OFF_MIN_MS, context.nowMs() - attemptMs);
      if (attempts < context.maxAttempts) await backOff(context, attempts, baseMs);
    }
    if (last?.end === "again" && last.down !== undefined) throw last.down;
  } finally {
    await releaseLease?.();
  }
  throw new AppError(
    "WRITE_CONFLICT",
    `dataset "${dataset}" was changed by others during each of ${context.maxAttempts} attempts: try again later`,
    { dataset, attempts: context.maxAttempts },
  );
}

/** Waits a little while somebody else commits. Going on without the lease costs work, never safety. */
async function leaseFor(
  { lease, leaseWaitMs, sleep, random }: Context,
  dataset: string,
): Promise<(() => Promise<void>) | undefined> {
  if (lease === undefined) return undefined;
  for (let attempt = 1; ; attempt++) {
    const release = await lease(`images/${dataset}/commit`, LEASE_TTL_MS);
    if (release !== undefined || attempt === LEASE_TRIES) return release;
    await sleep((random() * 2 * leaseWaitMs) / LEASE_TRIES);
  }
}

async function tryOnce<T>(
  tools: CommitTools,
  dataset: string,
  job: Job,
  change: (draft: NamingDraft) => Promise<T>,
  uploads: Uploads,
  sent: Sent<T>[],
): Promise<Attempt<T>> {
  const { context, manifests, opened } = tools;
  const read = await reached(async () => {
    const stored = await manifests.read(dataset);
    return { stored, settled: await settledBefore(tools, dataset, job, stored, sent) };
  });
  if ("down" in read) return { end: "again", reason: "the manifest could not be read", ...read };
  const { stored, settled } = read.value;
  if (settled !== undefined) return { end: "done", outcome: settled };

  const sqlite = await tools.sqlite();
  const base = snapshotOf(dataset, stored.manifest, opened, sqlite);
  const open = openDraft({ context, sqlite, opened, uploads }, base);
  try {
    const result = await change({ ...open.draft, name: open.name, uploads });
    if (!open.isChanged()) {
      manifests.published(dataset, stored);
      const outcome = { outcome: "unchanged", manifest: stored.manifest, result } as const;
      return { end: "done", outcome };
    }
    const parts = open.draft.parts();
    const manifest = successor(context, stored.manifest, parts, job);
    return await publish(tools, dataset, stored, { manifest, result }, uploads, sent);
  } finally {
    open.close();
    base.release();
  }
}

/** Whether an earlier attempt of this commit, or an earlier commit of this job, is in what was read. */
async function settledBefore<T>(
  { manifests }: CommitTools,
  dataset: string,
  job: Job,
  stored: Stored,
  sent: readonly Sent<T>[],
): Promise<Omit<CommitOutcome<T>, "attempts"> | undefined> {
  const current = stored.manifest;
  for (const { manifest, result } of sent) {
    const { seq, nonce } = manifest;
    const published =
      current.seq > seq ? await manifests.past(dataset, seq) : current.seq === seq && current;
    if (!published || published.nonce !== nonce) continue;
    manifests.published(dataset, stored);
    return { outcome: "committed", manifest, result };
  }
  if (!current.recent_jobs.includes(job.id)) return undefined;
  manifests.published(dataset, stored);
  return { outcome: "repeated", manifest: current, result: undefined };
}

function successor(
  { nowMs, uuid, writer }: Context,
  base: Manifest,
  parts: Manifest["parts"],
  job: Job,
): Manifest {
  const builtFrom = job.builtFrom ?? base.built_from;
  return {
    format: 1,
    seq: base.seq + 1,
    nonce: uuid(),
    parent_nonce: base.seq === 0 ? null : base.nonce,
    written_at: new Date(nowMs()).toISOString(),
    writer,
    note: job.note,
    ...(builtFrom === undefined ? {} : { built_from: builtFrom }),
    parts: Object.fromEntries(Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1))),
    recent_jobs: [...base.recent_jobs, job.id].slice(-RECENT_JOBS),
  };
}

async function publish<T>(
  { context, manifests }: CommitTools,
  dataset: string,
  stored: Stored,
  next: Sent<T>,
  uploads: Uploads,
  sent: Sent<T>[],
): Promise<Attempt<T>> {
  const { objects } = context;
  const { body: replaced, etag } = stored;
  if (replaced !== undefined) {
    const key = historyKey(dataset, stored.manifest.seq);
    const kept = await reached(() =>
      persistently(context, () => objects.put(key, replaced, { contentType: JSON_TYPE })),
    );
    if ("down" in kept)
      return { end: "again", reason: "the history could not be written", ...kept };
  }
  // A collector leaves young parts alone; ours must still be young when the manifest names them.
  if (uploads.ageMs(next.manifest.parts) > context.graceMs / 2) {
    return { end: "again", reason: "the attempt took longer than half the grace time" };
  }
  const body = manifestBytes(next.manifest);
  sent.push(next);
  const put = await reached(() =>
    objects.put(manifestKey(dataset), body, {
      contentType: JSON_TYPE,
      ...(etag === undefined ? { ifNoneMatch: "*" as const } : { ifMatch: etag }),
    }),
  );
  if ("down" in put) return { end: "again", reason: "the manifest write was not answered", ...put };
  if (put.value.outcome !== "stored") {
    return { end: "again", reason: `the manifest write met ${put.value.outcome}` };
  }
  manifests.published(dataset, { manifest: next.manifest, etag: put.value.etag, body });
  return { end: "done", outcome: { outcome: "committed", ...next } };
}

const JSON_TYPE = "application/json";

async function reached<V>(
  step: () => Promise<V>,
): Promise<Readonly<{ value: V } | { down: unknown }>> {
  try {
    return { value: await step() };
  } catch (error) {
    if (!isDependencyDown(error)) throw error;
    return { down: error };
  }
}
