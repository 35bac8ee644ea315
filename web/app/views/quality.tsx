/** What was repaired, quarantined or noticed when the market was loaded: in numbers, and of a day row by row. */
import { useMemo } from "react";
import type { Answer } from "../../api/client.ts";
import type { QualityOfAllDays, QualityOfOneDay } from "../../api/schema.ts";
import { number, words } from "../data/format.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Fact } from "../parts/fact.tsx";
import { Answered, Nothing } from "../parts/state.tsx";
import { type Column, Table } from "../parts/table.tsx";
import { hrefOf } from "../shell/place.ts";
import { go } from "../shell/route.ts";

type Quality = Answer<"GET /api/v1/quality">;

export const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** { NO_PRICE: 3, split_factor: 1 } -> "no price 3, split factor 1", the most first. */
const reasons = (counts: Readonly<Record<string, number>>): string =>
  Object.entries(counts)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${told(name)} ${number(count, 0)}`)
    .join(", ");

const told = (rule: string): string => words(rule).toLowerCase();

function Totals({ totals, gate }: Pick<Quality, "totals" | "gate">) {
  const { rows, repaired, quarantined, findings } = totals;
  return (
    <ul className="facts">
      <Fact name="gate" value={gate ?? "–"} />
      <Fact name="rows" value={number(rows, 0)} />
      <Fact name="repaired" value={number(total(repaired), 0)} more={reasons(repaired)} />
      <Fact name="quarantined" value={number(total(quarantined), 0)} more={reasons(quarantined)} />
      <Fact name="noticed" value={number(total(findings), 0)} more={reasons(findings)} />
    </ul>
  );
}

export function QualityPanel() {
  const loaded = useAnswer("GET /api/v1/quality", {});
  return (
    <section>
      <h2>Quality</h2>
      <Answered loaded={loaded} minHeight={120}>
        {(answer) => <Totals {...answer} />}
      </Answered>
    </section>
  );
}

/** The days with something to tell, and below them the rows of the one that was chosen. */
export function QualityDays({ date }: Readonly<{ date: string | undefined }>) {
  const loaded = useAnswer("GET /api/v1/quality", {});
  return (
    <section className="block" aria-label="Days with something to tell">
      <h2>Repaired, quarantined, noticed</h2>
      <Answered loaded={loaded} minHeight={60}>
        {(answer) => <Days answer={answer as QualityOfAllDays} chosen={date} />}
      </Answered>
      {date !== undefined && <Day date={date} />}
    </section>
  );
}

type DayCounts = QualityOfAllDays["days"][number];

const DAY_COLUMNS: readonly Column<DayCounts>[] = [
  {
    name: "date",
    label: "Day",
    isText: true,
    value: ({ date }) => date,
    cell: ({ date }) => <a href={hrefOf("operations", { date })}>{date}</a>,
  },
  { name: "repaired", label: "Repaired", value: (day) => day.repaired },
  { name: "quarantined", label: "Quarantined", value: (day) => day.quarantined },
  { name: "findings", label: "Noticed", value: (day) => day.findings },
  {
    name: "failed",
    label: "Kept out",
    value: (day) => day.failed,
    cell: ({ failed }) => <span className={failed > 0 ? "loss" : undefined}>{failed}</span>,
  },
];

type DaysProps = Readonly<{ answer: QualityOfAllDays; chosen: string | undefined }>;

function Days({ answer: { days, gate }, chosen }: DaysProps) {
  if (days.length === 0)
    return (
      <Nothing>
        {gate === "off"
          ? "Nothing: this market was loaded without the quality gate, and no row was unreadable."
          : "Nothing: every row stands as it was delivered."}
      </Nothing>
    );
  return (
    <>
      <p className="dim note">{number(days.length, 0)} days; choose one to see its rows.</p>
      <div className="in-part">
        <Table
          caption="Days with something to tell"
          columns={DAY_COLUMNS}
          rows={days}
          keyOf={({ date }) => date}
          first={{ column: "date", isDown: true }}
          chosen={chosen}
        />
      </div>
    </>
  );
}

function Day({ date }: Readonly<{ date: string }>) {
  const loaded = useAnswer("GET /api/v1/quality", { query: { date } });
  return (
    <section className="panel" aria-label={`Quality of ${date}`}>
      <button type="button" className="panel-close" onClick={() => go("operations", {})}>
        Close
      </button>
      <h2>{date}</h2>
      <Answered loaded={loaded} minHeight={120}>
        {(answer) => <Rows answer={answer as QualityOfOneDay} />}
      </Answered>
    </section>
  );
}

type Row = Readonly<{
  outcome: "repaired" | "quarantined" | "split" | "noticed";
  who: string;
  rule: string;
  delivered: string;
  used: string;
  detail: string;
  /** The row as it came, or where it stands. */
  source: string;
}>;

/** Prices keep their cents, caps and volumes need none. */
const figure = (value: number | null): string =>
  number(value, value !== null && Math.abs(value) < 1e6 ? 2 : 0);

function rowsOf({
  repairs,
  quarantined,
  detected_splits: splits,
  findings,
}: QualityOfOneDay): Row[] {
  const nothing = { delivered: "", used: "", source: "" };
  return [
    ...repairs.map(({ ticker, field, delivered, used, rule, detail }) => ({
      ...nothing,
      outcome: "repaired" as const,
      who: ticker,
      rule: `${told(field)}: ${told(rule)}`,
      delivered: figure(delivered),
      used: used === null ? "taken away" : figure(used),
      detail,
    })),
    ...quarantined.map(({ ticker, reason, detail, raw, file, line }) => ({
      ...nothing,
      outcome: "quarantined" as const,
      who: ticker ?? "–",
      rule: told(reason),
      delivered: raw,
      detail,
      source: `${file}, line ${line}`,
    })),
    ...splits.map(({ ticker, ratio, detail }) => ({
      ...nothing,
      outcome: "split" as const,
      who: ticker,
      rule: "told by the net change",
      used: `${number(ratio, 3)} for 1`,
      detail,
    })),
    ...findings.map(({ exchange, reason, detail, failed }) => ({
      ...nothing,
      outcome: "noticed" as const,
      who: exchange ?? "all",
      rule: `${told(reason)}${failed ? ", rows kept out" : ""}`,
      detail,
    })),
  ];
}

const TONES = { repaired: "warn", quarantined: "loss", split: "gain", noticed: "" } as const;

const ROW_COLUMNS: readonly Column<Row>[] = [
  {
    name: "outcome",
    label: "Outcome",
    isText: true,
    value: ({ outcome }) => outcome,
    cell: ({ outcome }) => <span className={`badge ${TONES[outcome]}`}>{outcome}</span>,
  },
  { name: "who", label: "Ticker", isText: true, value: ({ who }) => who },
  { name: "rule", label: "Rule", isText: true, value: ({ rule }) => rule },
  { name: "delivered", label: "Delivered", value: ({ delivered }) => delivered },
  { name: "used", label: "Used", value: ({ used }) => used },
  {
    name: "detail",
    label: "Why",
    isText: true,
    value: ({ detail }) => detail,
    cell: ({ detail, source }) => (
      <span className="why">
        {detail}
        {source !== "" && <span className="dim"> {source}</span>}
      </span>
    ),
  },
];

function Rows({ answer }: Readonly<{ answer: QualityOfOneDay }>) {
  const rows = useMemo(() => rowsOf(answer), [answer]);
  if (rows.length === 0) return <Nothing>Every row of the day stands as it was delivered.</Nothing>;
  return (
    <>
      <p className="dim">{number(answer.totals.rows, 0)} rows of the day stand.</p>
      <Table
        caption="Rows that were repaired, quarantined or noticed"
        columns={ROW_COLUMNS}
        rows={rows}
        keyOf={({ outcome, who, rule, source }) => `${outcome} ${who} ${rule} ${source}`}
        first={{ column: "outcome" }}
      />
    </>
  );
}
