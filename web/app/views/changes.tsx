/** Who came and who went, when and why; and of one security, when it was a member. */
import { useMemo } from "react";
import { type Answer, askText } from "../../api/client.ts";
import { usd, words } from "../data/format.ts";
import { useAnswer } from "../data/use-answer.ts";
import { DayInput } from "../parts/day-input.tsx";
import { Download } from "../parts/download.tsx";
import { Answered, Nothing } from "../parts/state.tsx";
import { type Column, Table } from "../parts/table.tsx";
import { Warnings } from "../parts/warnings.tsx";
import { hrefOf } from "../shell/place.ts";
import { go } from "../shell/route.ts";
import type { ViewProps } from "../shell/view.ts";

type Changes = Answer<"GET /composition-changes">;
type Day = Changes["changes"][number];
type Change = Day["entered"][number] | Day["exited"][number];
type Row = Change & Readonly<{ date: string; effective: string; kind: "in" | "out" }>;

export function ChangesView({ index, choice }: ViewProps) {
  const from = choice.from ?? index.first;
  const to = choice.to ?? index.last;
  const query = { index: index.id, start_date: from, end_date: to };
  const loaded = useAnswer("GET /composition-changes", { query });
  const choose = (more: Readonly<Record<string, string | undefined>>) =>
    go("changes", { ...choice, ...more }, { isStep: true });
  return (
    <>
      <div className="bar-of-choices">
        <DayInput
          label="from"
          value={from}
          min={index.first}
          max={to}
          onPick={(day) => choose({ from: day })}
        />
        <DayInput
          label="to"
          value={to}
          min={from}
          max={index.last}
          onPick={(day) => choose({ to: day })}
        />
        <Download
          load={(format) => askText("GET /composition-changes", { query: { ...query, format } })}
          name={`${index.id}-changes`}
        />
      </div>
      <div className={choice.ticker === undefined ? "columns" : "columns wide-first"}>
        <Answered loaded={loaded} minHeight={600}>
          {(answer) => <Listed answer={answer} ticker={choice.ticker} index={index.id} />}
        </Answered>
        {choice.ticker !== undefined && (
          <Membership
            index={index.id}
            ticker={choice.ticker}
            close={() => choose({ ticker: undefined })}
          />
        )}
      </div>
    </>
  );
}

type ListedProps = Readonly<{ answer: Changes; ticker: string | undefined; index: string }>;

function Listed({ answer, ticker, index }: ListedProps) {
  const rows = useMemo(
    () =>
      answer.changes
        .flatMap(({ date, effective_date: effective, entered, exited }) => [
          ...entered.map((change): Row => ({ ...change, date, effective, kind: "in" })),
          ...exited.map((change): Row => ({ ...change, date, effective, kind: "out" })),
        ])
        .filter((row) => ticker === undefined || row.ticker === ticker),
    [answer, ticker],
  );
  const columns = useMemo(() => columnsOf(index), [index]);
  const days = new Set(rows.map(({ date }) => date)).size;
  const entries = rows.filter(({ kind }) => kind === "in").length;
  return (
    <section aria-label="Changes">
      <Warnings warnings={answer.meta.warnings} />
      <Timeline answer={answer} />
      <p className="dim note">
        {entries} entries and {rows.length - entries} exits on {days} days
        {ticker === undefined ? "" : `, of ${ticker} alone`}
      </p>
      {rows.length === 0 ? (
        <Nothing>No change in these days.</Nothing>
      ) : (
        <Table
          caption={`Changes of ${index}`}
          columns={columns}
          rows={rows}
          keyOf={({ date, kind, ticker: name }) => `${date} ${kind} ${name}`}
          first={{ column: "date", isDown: true }}
        />
      )}
    </section>
  );
}

const rank = (value: number | null) => value ?? "–";

function columnsOf(index: string): Column<Row>[] {
  return [
    {
      name: "date",
      label: "Close of",
      isText: true,
      value: ({ date }) => date,
      cell: ({ date }) => <a href={hrefOf("composition", { index, date })}>{date}</a>,
    },
    {
      name: "effective",
      label: "Held from",
      isText: true,
      isMinor: true,
      value: (r) => r.effective,
    },
    {
      name: "kind",
      label: "Move",
      isText: true,
      value: ({ kind }) => kind,
      cell: ({ kind }) => (
        <span className={`badge ${kind === "in" ? "gain" : "loss"}`}>{kind}</span>
      ),
    },
    {
      name: "ticker",
      label: "Ticker",
      isText: true,
      value: ({ ticker }) => ticker,
      cell: ({ ticker }) => <a href={hrefOf("changes", { index, ticker })}>{ticker}</a>,
    },
    {
      name: "reason",
      label: "Reason",
      isText: true,
      value: (r) => r.reason,
      cell: (r) => words(r.reason),
    },
    {
      name: "before",
      label: "Rank before",
      value: (r) => r.previous_rank,
      cell: (r) => rank(r.previous_rank),
    },
    { name: "after", label: "after", value: (r) => r.rank, cell: (r) => rank(r.rank) },
    {
      name: "cap",
      label: "Cap, USD",
      isMinor: true,
      value: (r) => r.market_cap,
      cell: (r) => usd(r.market_cap),
    },
  ];
}

const HEIGHT = 40;

/** How many entered, month by month. */
function Timeline({ answer }: Readonly<{ answer: Changes }>) {
  const months = useMemo(() => {
    const counts = new Map<string, number>();
    for (const { date, entered } of answer.changes) {
      const month = date.slice(0, 7);
      counts.set(month, (counts.get(month) ?? 0) + entered.length);
    }
    return [...counts];
  }, [answer]);
  const most = Math.max(...months.map(([, count]) => count), 1);
  return (
    <ul className="timeline" aria-label="Entries by month">
      {months.map(([month, count]) => (
        <li key={month} title={`${month}: ${count} entered`}>
          <i style={{ height: `${(HEIGHT * count) / most}px` }} />
          <span className="unseen">
            {month}: {count}
          </span>
        </li>
      ))}
    </ul>
  );
}

type MembershipProps = Readonly<{ index: string; ticker: string; close: () => void }>;

function Membership({ index, ticker, close }: MembershipProps) {
  const loaded = useAnswer("GET /indices/{id}/members/{ticker}", { path: { id: index, ticker } });
  return (
    <section className="panel" aria-label={`Membership of ${ticker}`}>
      <button type="button" className="panel-close" onClick={close}>
        All changes
      </button>
      <h2>{ticker}</h2>
      <Answered loaded={loaded} minHeight={120}>
        {({ name, member_days: days, spells }) => (
          <>
            <p className="dim">{name}</p>
            <p>
              A member on {days} sessions, in {spells.length}{" "}
              {spells.length === 1 ? "spell" : "spells"}
            </p>
            <ul className="spells">
              {spells.map((spell) => (
                <li key={spell.from}>
                  <b>
                    {spell.from} to {spell.to ?? "now"}
                  </b>
                  <span className="dim">
                    {spell.days} sessions as {spell.ticker}, ranks {spell.best_rank} to{" "}
                    {spell.worst_rank}
                  </span>
                </li>
              ))}
            </ul>
          </>
        )}
      </Answered>
    </section>
  );
}
