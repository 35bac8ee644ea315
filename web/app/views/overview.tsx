/** How an index has done: level and drawdown beside the cap-weighted benchmark, statistics, months, best and worst days. */
import { useMemo } from "react";
import type { Answer } from "../../api/client.ts";
import { later, monthsBefore, yearBegins } from "../data/calendar.ts";
import { DEFINITIONS, type Figure } from "../data/definitions.ts";
import { change, number, percent, tone } from "../data/format.ts";
import { drawdown, monthlyReturns, rebased } from "../data/levels.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Chart, type Line } from "../parts/chart.tsx";
import { DayInput } from "../parts/day-input.tsx";
import { Figures, type Shown } from "../parts/figures.tsx";
import { HeatMap } from "../parts/heat-map.tsx";
import { Answered } from "../parts/state.tsx";
import { Warnings } from "../parts/warnings.tsx";
import { hrefOf } from "../shell/place.ts";
import { go } from "../shell/route.ts";
import type { ViewProps } from "../shell/view.ts";

type Performance = Answer<"GET /index-performance">;

const RANGES = [
  ["1M", (last: string) => monthsBefore(last, 1)],
  ["3M", (last: string) => monthsBefore(last, 3)],
  ["YTD", yearBegins],
  ["1Y", (last: string) => monthsBefore(last, 12)],
  ["All", () => ""],
] as const;

/** The range that these days are; of a short history several are, and the longest is told. */
const rangeOf = ({ first, last }: ViewProps["index"], from: string, to: string) =>
  to === last
    ? RANGES.findLast(([, startOf]) => from === later(startOf(last), first))?.[0]
    : undefined;

export function Overview({ index, choice, theme }: ViewProps) {
  const { first, last } = index;
  const from = choice.from === undefined ? first : later(choice.from, first);
  const to = choice.to ?? last;
  const loaded = useAnswer("GET /index-performance", {
    query: { index: index.id, start_date: from, end_date: to, benchmark: "cap_weighted" },
  });
  const choose = (start: string | undefined, end: string | undefined) =>
    go("overview", { ...choice, from: start || undefined, to: end }, { isStep: true });

  return (
    <>
      <div className="bar-of-choices">
        <fieldset className="ranges" aria-label="Range">
          {RANGES.map(([name, startOf]) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === rangeOf(index, from, to)}
              onClick={() => choose(startOf(last), undefined)}
            >
              {name}
            </button>
          ))}
        </fieldset>
        <DayInput
          label="from"
          value={from}
          min={first}
          max={to}
          onPick={(day) => choose(day, choice.to)}
        />
        <DayInput
          label="to"
          value={to}
          min={from}
          max={last}
          onPick={(day) => choose(choice.from, day)}
        />
      </div>
      <Answered loaded={loaded} minHeight={560}>
        {(answer) => <Seen answer={answer} theme={theme} index={index.id} />}
      </Answered>
    </>
  );
}

function Seen({
  answer,
  theme,
  index,
}: Readonly<{ answer: Performance; theme: string; index: string }>) {
  const { days, benchmark, summary, meta } = answer;
  const lines = useMemo(() => linesOf(answer), [answer]);
  const months = useMemo(() => monthlyReturns(days), [days]);
  const last = days.at(-1)!;
  return (
    <>
      <Warnings warnings={meta.warnings} />
      <div className="headline">
        <span className="headline-level">{number(last.level)}</span>
        <span className={tone(last.daily_return)}>{change(last.daily_return)} on the day</span>
        <span className={tone(summary.total_return)}>
          {change(summary.total_return)} in the range
        </span>
        <span className="dim">
          close of {last.date}, New York · {last.constituents} names · {days.length} sessions
        </span>
      </div>
      <Chart
        lines={lines}
        theme={theme}
        label={`Level of ${index} and of its cap-weighted benchmark, both 100 at the beginning, and the drawdown below`}
        onPick={(date) => go("composition", { index, date })}
      />
      <section aria-label="Statistics">
        <Figures figures={figuresOf(summary, benchmark?.summary)} />
        {benchmark && (
          <p className="dim note">The smaller figure is the cap-weighted benchmark's.</p>
        )}
      </section>
      <div className="columns">
        <section>
          <h2>Monthly returns, %</h2>
          <HeatMap months={months} />
          <p className="dim note">* part of a month</p>
        </section>
        <Extremes days={days} index={index} />
      </div>
    </>
  );
}

function linesOf({ days, benchmark, index }: Performance): Line[] {
  const write = (value: number) => number(value);
  return [
    ...(benchmark
      ? [
          {
            name: "cap-weighted",
            points: rebased(benchmark.days),
            colour: "--line-benchmark",
            write,
          },
        ]
      : []),
    { name: index, points: rebased(days), colour: "--line-index", write },
    {
      name: "drawdown",
      points: drawdown(days),
      colour: "--line-drawdown",
      shape: "area",
      pane: 1,
      write: (value) => percent(value),
    },
  ];
}

const RATIOS: readonly Figure[] = [
  "sharpe",
  "sortino",
  "calmar",
  "beta",
  "information_ratio_annual",
];
const SIGNED: readonly Figure[] = ["total_return", "annual_return_cagr", "alpha_annual_geometric"];

type Summary = Performance["summary"];

function figuresOf(summary: Summary, benchmark: Summary | undefined): Shown[] {
  const written = (name: Figure, value: number | null | undefined): string =>
    RATIOS.includes(name)
      ? number(value)
      : SIGNED.includes(name) || name.endsWith("_day")
        ? change(value)
        : percent(value);
  return (Object.keys(DEFINITIONS) as Figure[]).map((name) => ({
    name,
    definition: DEFINITIONS[name],
    value: written(name, summary[name]),
    beside: benchmark?.[name] == null ? undefined : written(name, benchmark[name]),
    tone: SIGNED.includes(name) ? tone(summary[name]) : undefined,
  }));
}

const SHOWN = 5;

function Extremes({ days, index }: Readonly<{ days: Performance["days"]; index: string }>) {
  const moved = days.filter((day) => day.daily_return !== null);
  const sorted = moved.toSorted((a, b) => b.daily_return! - a.daily_return!);
  const groups = [
    ["Best days", sorted.slice(0, SHOWN)],
    ["Worst days", sorted.slice(-SHOWN).reverse()],
  ] as const;
  return (
    <section className="extremes">
      {groups.map(([title, group]) => (
        <div key={title}>
          <h2>{title}</h2>
          <ul>
            {group.map(({ date, daily_return }) => (
              <li key={date}>
                <a href={hrefOf("composition", { index, date })}>{date}</a>
                <span className={tone(daily_return)}>{change(daily_return)}</span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}
