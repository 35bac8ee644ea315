/** Puts parts where manifests can name them, and makes sure that no collector is about to remove them. */
import { AppError } from "../../errors.ts";
import type { PartEntry } from "../../ports.ts";
import { COLLECTING_MS, collecting, isMeant } from "./collecting.ts";
import { backOff, type Context, persistently } from "./context.ts";
import { partKey } from "./manifest.ts";
import type { Refusals } from "./refusals.ts";

export type Uploads = Readonly<{
  part: (dataset: string, entry: PartEntry, packed: Buffer) => Promise<void>;
  /** How long ago the oldest of these parts was put through here; 0 when none was. */
  ageMs: (parts: Readonly<Record<string, PartEntry>>) => number;
}>;

const CONFLICTS_MAX = 8;

/** One set of uploads belongs to one commit: what an earlier attempt has put a moment ago is not put again. */
export function uploadsOf(context: Context, refused: Refusals): Uploads {
  const { objects, nowMs } = context;
  /** By sha256: when its upload began. */
  const putMs = new Map<string, number>();

  const put = async (key: string, packed: Buffer, isNew: boolean): Promise<boolean> => {
    for (let attempt = 1; attempt <= CONFLICTS_MAX; attempt++) {
      const { outcome } = await persistently(context, () =>
        objects.put(key, packed, {
          contentType: "application/zstd",
          ...(isNew ? { ifNoneMatch: "*" as const } : {}),
        }),
      );
      if (outcome === "stored") return true;
      if (outcome === "precondition_failed") return false;
      await backOff(context, attempt);
    }
    throw new AppError("WRITE_CONFLICT", `"${key}" was being written by others all the time`, {
      key,
    });
  };

  /** Waits until no collector that may have seen the old age of this object is at work any more. */
  const outlastCollector = async (dataset: string, sha256: string): Promise<boolean> => {
    const waitsMax = Math.ceil(COLLECTING_MS / 250);
    for (let wait = 0; wait < waitsMax; wait++) {
      const intent = await collecting(context, dataset);
      const isAtWork =
        intent !== undefined &&
        isMeant(intent, sha256) &&
        nowMs() - intent.started_ms < COLLECTING_MS;
      if (!isAtWork) return wait > 0;
      await context.sleep(250 + 250 * context.random());
    }
    return true;
  };

  return {
    async part(dataset, entry, packed) {
      const key = partKey(dataset, entry.sha256);
      const startedMs = nowMs();
      const beforeMs = putMs.get(entry.sha256);
      if (beforeMs !== undefined && startedMs - beforeMs < context.graceMs / 4) return;
      // Content addressed: what is there has the same bytes, but may be old enough to be collected.
      // Writing it again renews its age; a collector announces what it will remove and looks at the age
      // after that, so either it sees the new age or we see its announcement.
      if (!(await put(key, packed, true))) {
        await put(key, packed, false);
        if (await outlastCollector(dataset, entry.sha256)) await put(key, packed, false);
      }
      refused.forgive(entry.sha256);
      putMs.set(entry.sha256, startedMs);
    },
    ageMs(parts) {
      const now = nowMs();
      const ages = Object.values(parts).map(({ sha256 }) => now - (putMs.get(sha256) ?? now));
      return Math.max(0, ...ages);
    },
  };
}
