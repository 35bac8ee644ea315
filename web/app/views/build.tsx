/** An index of one's own: its rules, its building, and how it compares with another. */
import { type FormEvent, useState } from "react";
import { type Answer, ask } from "../../api/client.ts";
import { forgetAnswers } from "../data/answers.ts";
import { change, number } from "../data/format.ts";
import { stops } from "../data/stretches.ts";
import { type Progress, useAct } from "../data/use-act.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Elapsed } from "../parts/elapsed.tsx";
import { Failure } from "../parts/state.tsx";
import { Warnings } from "../parts/warnings.tsx";
import { hrefOf } from "../shell/place.ts";
import type { OpenProps } from "../shell/view.ts";
import { Comparison } from "./comparison.tsx";

type Built = Answer<"POST /build-index">;

/** How each rule is asked for; the service knows what is allowed, and says so. */
type Rules = Readonly<{
  id: string;
  size: string;
  rebalance: "daily" | "on_change" | "monthly" | "quarterly";
  return_type: "price" | "total";
  one_per_issuer: boolean;
  types: string;
  /** As securities name them, with commas between. */
  countries: string;
}>;

const FIRST: Rules = {
  id: "",
  size: "50",
  rebalance: "daily",
  return_type: "price",
  one_per_issuer: true,
  types: "common",
  countries: "United States",
};

const definitionOf = ({ id, size, types, countries, ...rules }: Rules) => ({
  ...(id.trim() !== "" && { id: id.trim() }),
  ...rules,
  size: Number(size),
  universe: {
    security_types: types.split(" ") as ("common" | "adr")[],
    countries: countries.split(",").map((name) => name.trim()),
  },
});

/** Builds year by year; the last answer tells of the whole range, but for the time it took. */
async function built(
  index: ReturnType<typeof definitionOf>,
  from: string,
  to: string,
  tell: (progress: Progress) => void,
): Promise<Built> {
  const ends = stops(from, to);
  let [answer, buildMs]: [Built | undefined, number] = [undefined, 0];
  for (const [steps, end] of ends.entries()) {
    const standing = answer === undefined ? "" : `, stands to ${answer.end_date}`;
    if (ends.length > 1) tell({ steps, of: ends.length, standing });
    const body = { start_date: from, end_date: end, index };
    answer = await ask("POST /build-index", { body });
    buildMs += answer.build_ms;
  }
  return { ...answer!, build_ms: buildMs };
}

export function BuildView({ index, theme }: OpenProps) {
  const [rules, setRules] = useState(FIRST);
  const [days, setDays] = useState<Readonly<{ from?: string; to?: string }>>({});
  // The first index of a market is offered all of it.
  const market = useAnswer("GET /api/v1/sessions", index === undefined ? {} : undefined);
  const { start_date: first, end_date: last } = market.answer?.available ?? {};
  const from = days.from ?? index?.first ?? first ?? "";
  const to = days.to ?? index?.last ?? last ?? "";
  const building = useAct<Built>();
  const build = () =>
    building.run(async (tell) => {
      try {
        return await built(definitionOf(rules), from, to, tell);
      } finally {
        forgetAnswers();
      }
    });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void build();
  };
  const set = (more: Partial<Rules>) => setRules((before) => ({ ...before, ...more }));

  return (
    <div className="columns narrow-first">
      <section aria-label="Rules">
        <h2>A new index</h2>
        <form className="rules" onSubmit={submit}>
          <Size rules={rules} set={set} />
          <Choices rules={rules} set={set} />
          <label>
            First day
            <input
              type="date"
              required
              value={from}
              onChange={({ target }) => setDays({ ...days, from: target.value })}
            />
          </label>
          <label>
            Last day
            <input
              type="date"
              required
              value={to}
              onChange={({ target }) => setDays({ ...days, to: target.value })}
            />
          </label>
          <button type="submit" className="primary" disabled={building.isRunning || from === ""}>
            Build
          </button>
        </form>
        {building.sinceMs !== undefined && (
          <Elapsed sinceMs={building.sinceMs} doing="Building" progress={building.progress} />
        )}
        {building.error !== undefined && <Failure error={building.error} retry={build} />}
        {building.done !== undefined && <Done built={building.done} />}
      </section>
      <Comparison theme={theme} newest={building.done?.index} />
    </div>
  );
}

type Part = Readonly<{ rules: Rules; set: (more: Partial<Rules>) => void }>;

const Size = ({ rules, set }: Part) => (
  <>
    <label>
      Names
      <input
        type="number"
        min={1}
        max={1000}
        required
        value={rules.size}
        onChange={({ target }) => set({ size: target.value })}
      />
    </label>
    <label>
      Id
      <input
        type="text"
        placeholder="from the rules"
        pattern="[a-z0-9][a-z0-9\-]{0,62}"
        title="1 to 63 of a-z, 0-9 and -"
        value={rules.id}
        onChange={({ target }) => set({ id: target.value })}
      />
    </label>
  </>
);

const Choices = ({ rules, set }: Part) => (
  <>
    <label>
      Rebalance
      <select
        value={rules.rebalance}
        onChange={({ target }) => set({ rebalance: target.value as Rules["rebalance"] })}
      >
        <option value="daily">daily</option>
        <option value="on_change">on change</option>
        <option value="monthly">monthly</option>
        <option value="quarterly">quarterly</option>
      </select>
    </label>
    <label>
      Return
      <select
        value={rules.return_type}
        onChange={({ target }) => set({ return_type: target.value as Rules["return_type"] })}
      >
        <option value="price">price</option>
        <option value="total">total, with dividends</option>
      </select>
    </label>
    <label>
      Universe
      <select value={rules.types} onChange={({ target }) => set({ types: target.value })}>
        <option value="common">common stock</option>
        <option value="common adr">common stock and ADRs</option>
      </select>
    </label>
    <label>
      Countries
      <input
        type="text"
        required
        title="As securities name them, with commas between"
        value={rules.countries}
        onChange={({ target }) => set({ countries: target.value })}
      />
    </label>
    <label className="check">
      <input
        type="checkbox"
        checked={rules.one_per_issuer}
        onChange={({ target }) => set({ one_per_issuer: target.checked })}
      />
      one line per issuer
    </label>
  </>
);

function Done({ built }: Readonly<{ built: Built }>) {
  const { index, constituents, trading_days: days, final_level: level, build_ms: ms } = built;
  return (
    <div className="panel built">
      <h2>
        <a href={hrefOf("overview", { index })}>{index}</a>
      </h2>
      <p>
        {days} sessions of {constituents} names in {number(ms / 1000, 1)} s: level {number(level)},{" "}
        {change(built.cumulative_return)}; {built.entries} entries on {built.changes} days.
      </p>
      <Warnings warnings={built.meta.warnings} />
    </div>
  );
}
