/** An index of one's own: its rules, its building, and how it compares with another. */
import { type FormEvent, useState } from "react";
import { type Answer, ask } from "../../api/client.ts";
import { forgetAnswers } from "../data/answers.ts";
import { change, number } from "../data/format.ts";
import { useAct } from "../data/use-act.ts";
import { Elapsed } from "../parts/elapsed.tsx";
import { Failure } from "../parts/state.tsx";
import { Warnings } from "../parts/warnings.tsx";
import { hrefOf } from "../shell/place.ts";
import type { ViewProps } from "../shell/view.ts";
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
}>;

const FIRST: Rules = {
  id: "",
  size: "50",
  rebalance: "daily",
  return_type: "price",
  one_per_issuer: true,
  types: "common",
};

const definitionOf = ({ id, size, types, ...rules }: Rules) => ({
  ...(id.trim() !== "" && { id: id.trim() }),
  ...rules,
  size: Number(size),
  universe: { security_types: types.split(" ") as ("common" | "adr")[] },
});

export function BuildView(props: ViewProps) {
  const { index } = props;
  const [rules, setRules] = useState(FIRST);
  const [from, setFrom] = useState(index.first);
  const [to, setTo] = useState(index.last);
  const building = useAct<Built>();
  const build = () =>
    building.run(async () => {
      const body = { start_date: from, end_date: to, index: definitionOf(rules) };
      const built = await ask("POST /build-index", { body });
      forgetAnswers();
      return built;
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
              onChange={({ target }) => setFrom(target.value)}
            />
          </label>
          <label>
            Last day
            <input type="date" required value={to} onChange={({ target }) => setTo(target.value)} />
          </label>
          <button type="submit" className="primary" disabled={building.isRunning}>
            Build
          </button>
        </form>
        {building.sinceMs !== undefined && <Elapsed sinceMs={building.sinceMs} doing="Building" />}
        {building.error !== undefined && <Failure error={building.error} retry={build} />}
        {building.done !== undefined && <Done built={building.done} />}
      </section>
      <Comparison {...props} newest={building.done?.index} />
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
