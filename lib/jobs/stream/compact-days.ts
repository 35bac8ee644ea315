/** What becomes of days as they grow old: the days of a month that is over are one part, and one day they go. */
import { createHash } from "node:crypto";
import {
  DATASET,
  dayOfMs,
  dayPart,
  monthOf,
  monthPart,
  type PeriodPart,
  periodParts,
} from "../../bars/parts.ts";
import * as queries from "../../bars/queries.ts";
import { DAY_SCHEMA } from "../../bars/schema.ts";
import { copyPart } from "../../bars/write.ts";
import type { Draft, Images, Objects, PartEntry } from "../../ports.ts";
import { tickFileOfKey, ticksPrefix } from "../../stream/segment-names.ts";
import { addDays } from "../../time.ts";
import { inTurns, shardsOf } from "./segments.ts";

type DaysWorld = Readonly<{ images: Images; objects: Objects; nowMs: () => number }>;

/** A larger month stays in days: a part is read into memory whole. */
const MONTH_BYTES_MAX = 96 * 1024 * 1024;

async function partsNow({ images }: DaysWorld): Promise<Readonly<Record<string, PartEntry>>> {
  const snapshot = await images.snapshot(DATASET, { revalidate: true });
  snapshot.release();
  return snapshot.manifest.parts;
}

/** The latest day with bars, but none that is still to come by the clock; `undefined` before the first. */
function latestDay(parts: readonly PeriodPart[], { nowMs }: DaysWorld): number | undefined {
  const today = dayOfMs(nowMs());
  const days = parts.map(({ to }) => to).filter((day) => day <= today);
  return days.length === 0 ? undefined : Math.max(...days);
}

/** @returns the months that became one part */
export async function foldMonths(world: DaysWorld): Promise<number[]> {
  const parts = await partsNow(world);
  const periods = periodParts(parts);
  const latest = latestDay(periods, world);
  if (latest === undefined) return [];
  const over = Map.groupBy(
    periods.filter(({ name, to }) => name === dayPart(to) && monthOf(to) < monthOf(latest)),
    ({ to }) => monthOf(to),
  );
  const folded: number[] = [];
  for (const [month, days] of over) {
    const bytes = days.reduce((sum, { name }) => sum + parts[name]!.raw_bytes, 0);
    if (bytes > MONTH_BYTES_MAX) continue;
    if (await foldMonth(world, month, parts, days)) folded.push(month);
  }
  return folded;
}

/** @returns false when somebody else has changed a day meanwhile, or folded it: another time, then */
async function foldMonth(
  { images }: DaysWorld,
  month: number,
  parts: Readonly<Record<string, PartEntry>>,
  days: readonly PeriodPart[],
): Promise<boolean> {
  const content = days.map(({ name }) => `${name} ${parts[name]!.sha256}`).join("\n");
  const id = `month:${month}:${createHash("sha256").update(content).digest("hex").slice(0, 32)}`;
  const { outcome } = await images.commit(DATASET, { id, note: `fold ${month}` }, async (draft) => {
    const isUnmoved = days.every(({ name }) => draft.parts()[name]?.sha256 === parts[name]!.sha256);
    if (isUnmoved) await foldInto(draft, month, days);
  });
  return outcome === "committed";
}

async function foldInto(draft: Draft, month: number, days: readonly PeriodPart[]): Promise<void> {
  await draft.edit(
    monthPart(month),
    DAY_SCHEMA,
    async (db) => {
      for (const { name } of days) copyPart((await draft.open(name)).query, db);
    },
    (db) => ({ rows: queries.barCount(db.query), from: month * 100 + 1, to: month * 100 + 31 }),
  );
  for (const { name } of days) draft.drop(name);
}

/** Removes parts and files of ticks that are too old, counted from the latest day: a replay of long ago is not. */
export async function removeOldDays(
  world: DaysWorld,
  { log, keepDays }: Readonly<{ log: string; keepDays: number }>,
): Promise<Readonly<{ parts: string[]; files: number }>> {
  const latest = latestDay(periodParts(await partsNow(world)), world);
  if (latest === undefined) return { parts: [], files: 0 };
  const first = addDays(latest, -keepDays);
  const isOld = ({ to }: PeriodPart) => to < first;
  const parts = periodParts(await partsNow(world))
    .filter(isOld)
    .map(({ name }) => name);
  if (parts.length > 0) {
    const id = `retention:${first}:${parts.length}:${parts.at(-1)}`;
    await world.images.commit(DATASET, { id, note: `drop days before ${first}` }, async (draft) => {
      for (const { name } of periodParts(draft.parts()).filter(isOld)) draft.drop(name);
    });
  }
  // A day later, when no reader holds a manifest that names them.
  return { parts, files: await removeTicksBefore(world, log, addDays(first, -1)) };
}

const REMOVALS_AT_ONCE = 16;
const LISTED = 1000;

async function removeTicksBefore(
  { objects }: DaysWorld,
  log: string,
  day: number,
): Promise<number> {
  let removed = 0;
  for (const shard of await shardsOf(objects, log)) {
    for (;;) {
      const listed = await objects.list(ticksPrefix(log, shard), { limit: LISTED });
      const old = listed.filter(({ key }) => (tickFileOfKey(key)?.day ?? day) < day);
      await inTurns(old, REMOVALS_AT_ONCE, ({ key }) => objects.remove(key));
      removed += old.length;
      if (old.length < LISTED) break;
    }
  }
  return removed;
}
