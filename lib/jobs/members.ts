/** When a security was a member of an index, over renames. */
import { AppError } from "../errors.ts";
import { meta } from "../index/body.ts";
import * as reading from "../index/reading.ts";
import { yearPart, yearsOf } from "../index/schema.ts";
import { isPointInTime, marketWarnings, provenanceWarnings } from "../index/warnings.ts";
import type { CachedAnswer, Freshness, Image, Images } from "../ports.ts";
import { isoDay } from "../time.ts";
import { type IndexView, indexView } from "./index-view.ts";

export async function members(
  images: Images,
  { id, ticker }: Readonly<{ id: string; ticker: string }>,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  const view = await indexView(images, { index: id }, freshness);
  return {
    version: view.version,
    list: "spells",
    compute: () => history(view, ticker),
    release: view.release,
  };
}

type Spell = {
  from: string;
  /** Last day of membership; `null` while the security is still a member. */
  to: string | null;
  days: number;
  ticker: string;
  best_rank: number;
  worst_rank: number;
};

async function history(view: IndexView, ticker: string): Promise<string> {
  const { id, snapshot } = view;
  const names = yearsOf(snapshot.manifest.parts, id).map((year) => yearPart(id, year));
  const years = await Promise.all(names.map((name) => snapshot.open(name)));
  const security = years
    .toReversed()
    .map(({ query }) => reading.securityOf(query, ticker))
    .find((found) => found !== undefined);
  if (security === undefined) {
    throw new AppError("UNKNOWN_SECURITY", `"${ticker}" was never a member of index "${id}"`, {
      index: id,
      ticker,
    });
  }
  const { provenance: text } = reading.builtBy(years.at(-1)!.query);
  const provenance = JSON.parse(text);
  const rows = years.flatMap(({ query }) => reading.memberships(query, security));
  const latest = rows.at(-1)!;
  const days = runDays(years, view);
  return JSON.stringify({
    index: id,
    ticker: latest.ticker,
    name: latest.name,
    member_days: rows.length,
    spells: spells(rows, days),
    meta: meta({
      version: view.version,
      asOf: view.run.last,
      isPointInTime: isPointInTime(provenance),
      warnings: [...provenanceWarnings(provenance), ...marketWarnings(view.market, days)],
    }),
  });
}

const runDays = (years: readonly Image[], { run }: IndexView): number[] =>
  years.flatMap(({ query }) => reading.rangeDays(query, run.first, run.last));

/** Runs of consecutive index days on which the security was a member. */
function spells(rows: readonly reading.MembershipRow[], days: readonly number[]): Spell[] {
  const position = new Map(days.map((date, i) => [date, i]));
  const found: Spell[] = [];
  let last = Number.NaN;
  for (const { date, ticker, rank } of rows) {
    const at = position.get(date)!;
    const open = found.at(-1);
    if (open && at === last + 1) {
      open.to = at === days.length - 1 ? null : isoDay(date);
      open.days++;
      open.ticker = ticker;
      open.best_rank = Math.min(open.best_rank, rank);
      open.worst_rank = Math.max(open.worst_rank, rank);
    } else {
      const to = at === days.length - 1 ? null : isoDay(date);
      found.push({ from: isoDay(date), to, days: 1, ticker, best_rank: rank, worst_rank: rank });
    }
    last = at;
  }
  return found;
}
