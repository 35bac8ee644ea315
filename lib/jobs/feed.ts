/** Leads a run through the parts of a market, one period after another: only the waiting for parts is done here. */
import type { IndexBuilder } from "../index/builder.ts";
import type { BuiltDay, IndexRun } from "../index/run.ts";
import { capsPart, openYearOf, periodOf } from "../market/parts.ts";
import type { Snapshot } from "../ports.ts";

/** @param sessions every session the run is to see, ascending, none left out */
export async function feed(
  snapshot: Snapshot,
  builder: IndexBuilder,
  run: IndexRun,
  sessions: readonly number[],
  emit: (day: BuiltDay) => void,
): Promise<void> {
  const openYear = openYearOf(snapshot.manifest.parts);
  for (let start = 0; start < sessions.length; ) {
    const period = periodOf(sessions[start]!, openYear);
    let end = start;
    while (end < sessions.length && periodOf(sessions[end]!, openYear) === period) end++;
    const caps = await snapshot.open(capsPart(period));
    builder.consume(run, caps, sessions.slice(start, end), emit);
    start = end;
  }
}
