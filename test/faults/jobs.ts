/**
 * The data of the runs: a dataset of two small parts. `ledger` has a row for each job that was ever applied, so its
 * content never comes back; `switch` has one value of three, so its content often does, and with it the same object.
 */
import type { Draft, Image, PartWriter, SqlValue } from "../../lib/ports.ts";

export const BUCKET = "equipoise";
export const DATASET = "simulated";

export type JobKind = "entry" | "switch" | "both" | "drop" | "rollback";

/** An event of the schedule: the job that each of its deliveries asks for. */
export type Job = {
  readonly id: string;
  readonly number: number;
  readonly kind: JobKind;
  readonly ticker: string;
  /** Few different ones, so that many rows tie. */
  readonly score: number;
  readonly position: number;
  /** Of a roll-back: chosen at its first delivery, kept for all others. */
  target: number | undefined;
};

export const LEADERS = 5;

const LEDGER_SCHEMA = [
  "create table entry(id integer primary key, ticker text not null, score integer not null, times integer not null) strict;" +
    "create table tally(id integer primary key, value integer not null) strict; insert into tally values (1, 7);",
  // What the newer build adds.
  "alter table entry add column origin text not null default 'unknown';",
];
const SWITCH_SCHEMA = [
  "create table switch(id integer primary key, position integer not null) strict;",
];

/** The order of jobs can be read off this figure. */
export const tallied = (before: number, number: number): number =>
  (before * 31 + number) % 1_000_003;

function enter(db: PartWriter, job: Job): void {
  db.run(
    "insert into entry(id, ticker, score, times) values (:id, :ticker, :score, 1) on conflict do update set times = times + 1",
    { ":id": job.number, ":ticker": job.ticker, ":score": job.score },
  );
  const [row] = db.query<{ value: number }>("select value from tally");
  db.run("update tally set value = :value", { ":value": tallied(row!.value, job.number) });
}

const counted = (table: string) => (db: PartWriter) => {
  const [row] = db.query<{ rows: number }>(`select count(*) as rows from ${table}`);
  return { rows: row!.rows, from: null, to: null };
};

export async function apply(draft: Draft, job: Job, isNewer: boolean): Promise<void> {
  if (job.kind === "entry" || job.kind === "both") {
    const schema = isNewer ? LEDGER_SCHEMA : LEDGER_SCHEMA.slice(0, 1);
    await draft.edit("ledger", schema, (db) => enter(db, job), counted("entry"));
  }
  if (job.kind === "switch" || job.kind === "both") {
    const set = (db: PartWriter) =>
      db.run(
        "insert into switch(id, position) values (1, :position) on conflict do update set position = :position",
        { ":position": job.position },
      );
    await draft.edit("switch", SWITCH_SCHEMA, set, counted("switch"));
  }
  if (job.kind === "drop") draft.drop("switch");
}

export type Entry = Readonly<{ number: number; ticker: string; score: number; times: number }>;

/** What an answer tells. `null` = there is no such part. */
export type Answer = Readonly<{
  entries: readonly Entry[] | null;
  leaders: readonly string[] | null;
  tally: number | null;
  position: number | null;
}>;

type Walk = (
  capMax: number,
  take: (name: {
    security: number;
    ticker: string;
    issuer: number;
    marketCap: number;
    price: number;
    priceDate: number;
  }) => boolean,
) => void;
type RankingOf = new (
  walk: Walk,
  carried: readonly never[],
  onePerIssuer: boolean,
) => Readonly<{ first: (count: number) => readonly Readonly<{ ticker: string }>[] }>;

/** The leaders are found by the ranking of the product: by score, ties by ticker. */
function leadersOf(ledger: Image, Ranking: RankingOf): string[] {
  const rows = ledger.query<Entry>(
    "select id as number, ticker, score, times from entry order by score desc, id",
  );
  const walk: Walk = (capMax, take) => {
    for (const { number, ticker, score } of rows) {
      if (score >= capMax) continue;
      const name = { security: number, ticker, issuer: number, marketCap: score };
      if (!take({ ...name, price: 1, priceDate: 1 })) return;
    }
  };
  return new Ranking(walk, [], false).first(LEADERS).map(({ ticker }) => ticker);
}

export function answerOf(
  ledger: Image | undefined,
  position: Image | undefined,
  Ranking: RankingOf,
): Answer {
  const entries = ledger?.query<Entry>(
    "select id as number, ticker, score, times from entry order by id",
  );
  const single = (image: Image | undefined, sql: string): number | null =>
    (image?.query<Record<string, SqlValue>>(sql)[0]?.value as number | undefined) ?? null;
  return {
    entries: entries ?? null,
    leaders: ledger === undefined ? null : leadersOf(ledger, Ranking),
    tally: single(ledger, "select value from tally"),
    position: single(position, "select position as value from switch"),
  };
}
