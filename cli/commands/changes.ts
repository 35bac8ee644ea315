/** equipoise changes : GET /composition-changes. */
import { changes } from "../../lib/jobs/changes.ts";
import { changesRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";
import { answered, FRESH } from "../answer.ts";
import { type Command, checked, fields, text, yes } from "../flags.ts";
import { count, print, table, warnings } from "../table.ts";

const NAMES = ["start-date", "end-date", "index"];

type Move = Readonly<{ ticker: string; reason: string }>;
type Day = Readonly<{
  date: string;
  effective_date: string;
  entered: readonly Move[];
  exited: readonly Move[];
}>;
type Body = Readonly<{
  index: string;
  changes: readonly Day[];
  totals: Readonly<{ days: number; entered: number; exited: number }>;
  meta: Parameters<typeof warnings>[0];
}>;

export const command: Command = {
  flags: { ...Object.fromEntries(NAMES.map((name) => [name, text])), json: yes },
  async run(values) {
    const request = checked(changesRequest, fields(values, NAMES));
    const json = await answered(changes(world.images, request, FRESH));
    print(values.json ? json : bodyText(JSON.parse(json)));
  },
};

const moves = (all: readonly Move[]) =>
  all.map(({ ticker, reason }) => `${ticker} (${reason})`).join(", ");

const COLUMNS = [
  { title: "close of", of: (day: Day) => day.date },
  { title: "effective", of: (day: Day) => day.effective_date },
  { title: "entered", of: (day: Day) => moves(day.entered) },
  { title: "left", of: (day: Day) => moves(day.exited) },
];

function bodyText({ index, changes: days, totals, meta }: Body): string {
  const { days: n, entered, exited } = totals;
  const head = `${index}: ${count(n)} days with a change, ${count(entered)} entered, ${count(exited)} left`;
  return [head, ...(days.length > 0 ? [table(COLUMNS, days)] : [])].join("\n") + warnings(meta);
}
