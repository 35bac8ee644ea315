/** The announcement of a collector: which parts of a dataset it is about to remove. */
import type { Context } from "./context.ts";
import { persistently } from "./context.ts";
import { collectingKey } from "./manifest.ts";

export type Collecting = Readonly<{ started_ms: number; parts: readonly string[] | "all" }>;

/**
 * An announcement is void after this time. A collector stops removing at half of it, so one removal may
 * be under way that long without harm.
 */
export const COLLECTING_MS = 60_000;

export const isMeant = ({ parts }: Collecting, sha256: string): boolean =>
  parts === "all" || parts.includes(sha256);

/** The announcement that stands, with its ETag; one that cannot be read counts as meaning every part. */
export async function collecting(
  context: Context,
  dataset: string,
): Promise<(Collecting & Readonly<{ etag: string }>) | undefined> {
  const object = await persistently(context, () => context.objects.get(collectingKey(dataset)));
  if (object === undefined) return undefined;
  const { etag, modifiedMs } = object;
  const value = announcement(object.body);
  return value === undefined ? { started_ms: modifiedMs, parts: "all", etag } : { ...value, etag };
}

function announcement(body: Buffer): Collecting | undefined {
  try {
    const { started_ms, parts } = JSON.parse(body.toString("utf8")) as Partial<Collecting>;
    return typeof started_ms === "number" && Array.isArray(parts)
      ? { started_ms, parts }
      : undefined;
  } catch {
    return undefined;
  }
}
