/** Answers made of one look at the stream. */
import { STREAM_UNITS } from "../../../bars/body.ts";
import type { CachedAnswer, Freshness } from "../../../ports.ts";
import { latestKnownMs, type StreamReads, type StreamView } from "./view.ts";

/**
 * An answer whose body is worked out when it is asked for. It is of this moment: known by its version, and kept nowhere.
 *
 * @param list the array in the body that a table of it shows
 */
export async function answerOf(
  reads: StreamReads,
  freshness: Freshness | undefined,
  list: string | undefined,
  body: (view: StreamView) => Promise<unknown>,
): Promise<CachedAnswer> {
  const view = await reads.view(freshness);
  return {
    version: view.version,
    isOfTheMoment: true,
    ...(list !== undefined && { list }),
    compute: async () => JSON.stringify(await body(view)),
    release: view.release,
  };
}

export function metaOf(view: StreamView) {
  const asOfMs = latestKnownMs(view);
  return {
    dataset_version: view.version,
    as_of: asOfMs === undefined ? null : new Date(asOfMs).toISOString(),
    units: STREAM_UNITS,
    warnings: view.hasGap ? [GAP] : [],
  };
}

const GAP = {
  code: "STREAM_GAP",
  message: "numbers of the log are missing among what was stored: some trades may be lost",
  count: 1,
  examples: [],
} as const;
