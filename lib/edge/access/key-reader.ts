/**
 * Records of API keys as functions see them: read from the store and believed for half a minute, so that a revocation
 * takes effect within that time in every process. Ids that nobody has are remembered too.
 */
import { type KeyRecord, keyObject, recordOf } from "../../access/record.ts";
import { AppError } from "../../errors.ts";
import type { Objects } from "../../ports.ts";
import { log } from "../log.ts";
import { singleFlight } from "../single-flight.ts";

export const KEY_LIFE_MS = 30_000;
/** How much longer a record is believed while the store cannot be reached: nobody can revoke one there either. */
export const KEY_STALE_MS = 60_000;
/** A record is some hundred bytes; the longest known is dropped first. */
const KEYS_MAX = 10_000;

export type KeyReader = Readonly<{
  /** The record of an id. @throws AppError DEPENDENCY_DOWN when the store cannot be reached, or holds no whole record, and nothing recent is known */
  find: (id: string) => Promise<KeyRecord | undefined>;
  /** Whether {@link find} would answer a record without asking the store. */
  knows: (id: string) => boolean;
}>;

type Stored = Readonly<{ body: Buffer; etag: string }>;

type Known = Readonly<{
  record: KeyRecord | undefined;
  etag: string | undefined;
  lookedMs: number;
}>;

export type KeyReaderOptions = Readonly<{
  /** Read when first needed, so that nothing is opened for a function that is only imported. */
  objects: () => Pick<Objects, "get" | "getIfChanged">;
  nowMs: () => number;
  keysMax?: number;
}>;

export function keyReader({ objects, nowMs, keysMax = KEYS_MAX }: KeyReaderOptions): KeyReader {
  const known = new Map<string, Known>();
  const once = singleFlight<KeyRecord | undefined>();

  const fresh = (id: string): Known | undefined => {
    const entry = known.get(id);
    return entry && nowMs() - entry.lookedMs < KEY_LIFE_MS ? entry : undefined;
  };

  const keep = (id: string, entry: Known) => {
    known.delete(id);
    known.set(id, entry);
    if (known.size > keysMax) known.delete(known.keys().next().value!);
    return entry.record;
  };

  /**
   * One more read tells bytes damaged on the way from a damaged object. What such a record says nobody knows, so the
   * caller is neither let in nor told that the key is nobody's.
   */
  const whole = async (id: string, first: Stored): Promise<Omit<Known, "lookedMs">> => {
    const record = recordOf(id, first.body.toString());
    if (record) return { record, etag: first.etag };
    const second = await objects().get(keyObject(id));
    const repeated = second && recordOf(id, second.body.toString());
    if (!second || repeated) return { record: repeated, etag: second?.etag };
    log("error", "key record refused", { key_id: id });
    throw new AppError("DEPENDENCY_DOWN", "the record of this API key cannot be read", {
      dependency: "s3",
      key_id: id,
    });
  };

  const look = async (id: string): Promise<KeyRecord | undefined> => {
    const before = known.get(id);
    // The moment of the look, not of its answer: what was written while it was under way may be missing in it.
    const lookedMs = nowMs();
    try {
      const stored =
        before?.etag === undefined
          ? await objects().get(keyObject(id))
          : await objects().getIfChanged(keyObject(id), before.etag);
      if (stored === "unchanged") return keep(id, { ...before!, lookedMs });
      if (!stored) return keep(id, { record: undefined, etag: undefined, lookedMs });
      return keep(id, { ...(await whole(id, stored)), lookedMs });
    } catch (error) {
      const isDown = error instanceof AppError && error.code === "DEPENDENCY_DOWN";
      const isRecent = before && nowMs() - before.lookedMs < KEY_LIFE_MS + KEY_STALE_MS;
      if (isDown && isRecent) return before.record;
      throw error;
    }
  };

  return {
    async find(id) {
      const entry = fresh(id);
      return entry ? entry.record : once(id, () => look(id));
    },
    knows: (id) => fresh(id)?.record !== undefined,
  };
}
