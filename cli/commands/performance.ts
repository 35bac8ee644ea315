/** equipoise performance : GET /index-performance. */
import { performance } from "../../lib/jobs/performance.ts";
import { performanceRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";
import { answered, FRESH } from "../answer.ts";
import { type Command, checked, fields, text, yes } from "../flags.ts";
import { facts, fixed, percent, print, table, warnings } from "../table.ts";

const NAMES = ["start-date", "end-date", "index", "benchmark", "risk-free", "cost-bps"];
/** Days shown; --json has them all. */
const SHOWN_DAYS = 15;

type Day = Readonly<{
  date: string;
  level: number;
  daily_return: number | null;
  cumulative_return: number;
  turnover: number | null;
  net_level?: number;
}>;
type Body = Readonly<{
  index: string;
  days: readonly Day[];
  summary: Readonly<Record<string, unknown>>;
  meta: Parameters<typeof warnings>[0];
}>;

export const command: Command = {
  flags: { ...Object.fromEntries(NAMES.map((name) => [name, text])), json: yes },
  async run(values) {
    const request = checked(performanceRequest, fields(values, NAMES));
    const json = await answered(performance(world.images, request, FRESH));
    print(values.json ? json : bodyText(JSON.parse(json)));
  },
};

function bodyText({ index, days, summary, meta }: Body): string {
  const shown = days.slice(-SHOWN_DAYS);
  const right = { align: "right" } as const;
  const columns = [
    { title: "date", of: (day: Day) => day.date },
    { title: "level", ...right, of: (day: Day) => fixed(day.level, 4) },
    { title: "daily", ...right, of: (day: Day) => percent(day.daily_return) },
    { title: "cumulative", ...right, of: (day: Day) => percent(day.cumulative_return) },
    { title: "turnover", ...right, of: (day: Day) => percent(day.turnover) },
    ...(days[0]?.net_level === undefined
      ? []
      : [{ title: "net level", ...right, of: (day: Day) => fixed(day.net_level, 4) }]),
  ];
  const left = days.length - shown.length;
  const figures = Object.entries(summary)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => [name, figure(value)] as const);
  return (
    [
      `${index}, ${days.length} days${left > 0 ? ` (the last ${shown.length} shown)` : ""}`,
      table(columns, shown),
      "",
      facts(figures),
    ].join("\n") + warnings(meta)
  );
}

const figure = (value: unknown): string =>
  typeof value === "number" && !Number.isInteger(value) ? fixed(value, 6) : String(value);
