/** Two indices beside each other, over the days that both have. */
import { useMemo, useState } from "react";
import type { Answer } from "../../api/client.ts";
import type { Theme } from "../data/chosen-theme.ts";
import { DEFINITIONS, type Figure } from "../data/definitions.ts";
import { number, percent } from "../data/format.ts";
import { rebased } from "../data/levels.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Chart, type Line } from "../parts/chart.tsx";
import { Answered, Nothing } from "../parts/state.tsx";
import { Warnings } from "../parts/warnings.tsx";
import { Workbook } from "../parts/workbook.tsx";

type Performance = Answer<"GET /index-performance">;
type Indices = Answer<"GET /indices">["indices"];

const SHOWN: readonly Figure[] = [
  "total_return",
  "annual_return_cagr",
  "annual_volatility",
  "sharpe",
  "max_drawdown",
  "worst_day",
];

export function Comparison({
  theme,
  newest,
}: Readonly<{ theme: Theme; newest: string | undefined }>) {
  const loaded = useAnswer("GET /indices", {});
  return (
    <section aria-label="Comparison">
      <h2>Two indices</h2>
      <Answered loaded={loaded} minHeight={480}>
        {({ indices }) =>
          indices.length < 2 ? (
            <Nothing>There is one index: build another to compare them.</Nothing>
          ) : (
            <Pair key={newest} indices={indices} newest={newest} theme={theme} />
          )
        }
      </Answered>
    </section>
  );
}

type PairProps = Readonly<{ indices: Indices; newest: string | undefined; theme: string }>;

function Pair({ indices, newest, theme }: PairProps) {
  const [left, setLeft] = useState(indices.find(({ id }) => id !== newest)!.id);
  const [right, setRight] = useState(newest ?? indices.find(({ id }) => id !== left)!.id);
  const [a, b] = [left, right].map((id) => indices.find((one) => one.id === id)?.built);
  const from = a && b && (a.start_date > b.start_date ? a : b).start_date;
  const to = a && b && (a.end_date < b.end_date ? a : b).end_date;
  const asked = (index: string) =>
    from === undefined || to === undefined || from > to
      ? undefined
      : { query: { index, start_date: from, end_date: to } };
  const first = useAnswer("GET /index-performance", asked(left));
  const second = useAnswer("GET /index-performance", asked(right));
  const choice = (label: string, value: string, set: (id: string) => void) => (
    <select aria-label={label} value={value} onChange={({ target }) => set(target.value)}>
      {indices.map(({ id }) => (
        <option key={id}>{id}</option>
      ))}
    </select>
  );
  return (
    <>
      <div className="bar-of-choices">
        {choice("First index", left, setLeft)}
        {choice("Second index", right, setRight)}
        {from !== undefined && to !== undefined && <Workbook index={right} from={from} to={to} />}
      </div>
      {asked(left) === undefined ? (
        <Nothing>The two have no days in common.</Nothing>
      ) : (
        <Answered loaded={first} minHeight={420}>
          {(one) => (
            <Answered loaded={second} minHeight={420}>
              {(other) => <Beside one={one} other={other} theme={theme} />}
            </Answered>
          )}
        </Answered>
      )}
    </>
  );
}

/** Of both, each kind once. */
const warningsOf = (one: Performance, other: Performance) => [
  ...one.meta.warnings,
  ...other.meta.warnings.filter(
    ({ code }) => !one.meta.warnings.some((known) => known.code === code),
  ),
];

type BesideProps = Readonly<{ one: Performance; other: Performance; theme: string }>;

function Beside({ one, other, theme }: BesideProps) {
  const lines = useMemo((): Line[] => {
    const write = (value: number) => number(value);
    return [
      { name: one.index, points: rebased(one.days), colour: "--line-benchmark", write },
      { name: other.index, points: rebased(other.days), colour: "--line-index", write },
    ];
  }, [one, other]);
  const written = (name: Figure, { summary }: Performance): string =>
    name === "sharpe" ? number(summary[name]) : percent(summary[name]);
  return (
    <>
      <Warnings warnings={warningsOf(one, other)} />
      <Chart
        lines={lines}
        theme={theme}
        label={`Levels of ${one.index} and ${other.index}, both 100 at the beginning`}
      />
      <div className="table-frame">
        <table>
          <caption className="unseen">Figures of both</caption>
          <thead>
            <tr>
              <th scope="col" className="text" />
              <th scope="col" className="figure">
                {one.index}
              </th>
              <th scope="col" className="figure">
                {other.index}
              </th>
            </tr>
          </thead>
          <tbody>
            {SHOWN.map((name) => (
              <tr key={name}>
                <th scope="row" className="text">
                  {DEFINITIONS[name].label}
                </th>
                <td className="figure">{written(name, one)}</td>
                <td className="figure">{written(name, other)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
