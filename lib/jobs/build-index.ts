/** POST /build-index as a use case: choose the definition, build, and tell what came of it. */
import { meta } from "../index/body.ts";
import {
  borrowedId,
  DEFAULT_PARAMETERS,
  type Definition,
  defaultId,
  impliedRules,
} from "../index/definition.ts";
import { unknownIndex } from "../index/view.ts";
import { type Warning, warning } from "../index/warnings.ts";
import type { Images } from "../ports.ts";
import { isoDay } from "../time.ts";
import type { BuildOutcome } from "./build.ts";
import { indexView } from "./index-view.ts";
import { indices } from "./indices.ts";
import { type MeasuredWorld, measuredBuild } from "./measured-build.ts";

export type BuildIndexRequest = Readonly<{
  start: number;
  /** The same day when omitted. */
  end?: number | undefined;
  /** An id, or the rules themselves; the default index when omitted. */
  index?: string | Definition | undefined;
}>;

export async function buildIndex(world: MeasuredWorld, request: BuildIndexRequest, jobId: string) {
  const { images, nowMs } = world;
  const startedMs = nowMs();
  const definition = await chosen(images, request.index);
  const end = request.end ?? request.start;
  const outcome = await measuredBuild(world, { definition, start: request.start, end, jobId });
  const view = await indexView(
    images,
    { index: definition.id, start: outcome.range.start, end: outcome.range.end },
    { revalidate: true },
  );
  try {
    const years = await view.open();
    const days = years.performance();
    const totals = years.changeTotals();
    const { level, constituents, date: asOf } = days.at(-1)!;
    return {
      index: definition.id,
      start_date: isoDay(outcome.range.start),
      end_date: isoDay(outcome.range.end),
      trading_days: days.length,
      constituents,
      changes: totals.days,
      entries: totals.entered,
      final_level: level,
      cumulative_return: level / years.levelBefore() - 1,
      days_built: outcome.builtDays,
      build_ms: Math.round(nowMs() - startedMs),
      version: view.version,
      meta: meta({
        version: view.version,
        asOf,
        isPointInTime: years.isPointInTime,
        warnings: [...buildWarnings(outcome), ...years.warnings(days.map(({ date }) => date))],
      }),
    };
  } finally {
    view.release();
  }
}

function buildWarnings({ isRebased, changedFrom }: BuildOutcome): Warning[] {
  const rebased = isRebased ? [warning("REBASED")] : [];
  if (changedFrom === undefined) return rebased;
  const examples = [{ date: isoDay(changedFrom) }];
  const consequence = "it was rebuilt from the first changed day";
  return [...rebased, warning("MARKET_CHANGED", 1, examples, consequence)];
}

/**
 * @throws AppError UNKNOWN_INDEX for an id that neither exists nor says what it means ("top50-ew" does),
 * RESERVED_INDEX_ID for rules under an id that says it means others
 */
async function chosen(images: Images, index: string | Definition | undefined): Promise<Definition> {
  if (index === undefined)
    return { id: defaultId(DEFAULT_PARAMETERS), parameters: DEFAULT_PARAMETERS };
  const borrowed = typeof index === "string" ? undefined : borrowedId(index);
  if (typeof index !== "string" && !borrowed) return index;
  const id = typeof index === "string" ? index : index.id;
  const { indices: known } = await indices(images, { revalidate: true });
  const found = known.find((one) => one.id === id);
  // An id that exists is held against the rules it was built by.
  if (typeof index !== "string" && found) return index;
  if (borrowed) throw borrowed;
  const parameters = found?.parameters ?? impliedRules(id);
  if (parameters) return { id, parameters };
  throw unknownIndex(
    id,
    known.map((one) => one.id),
  );
}
