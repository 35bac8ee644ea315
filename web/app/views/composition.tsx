/** The members of an index at one close: what they are, what they did that day, and who stood next. */
import { useMemo, useState } from "react";
import { type Answer, askText } from "../../api/client.ts";
import { change, number, percent, tone, usd } from "../data/format.ts";
import { type Loaded, useAnswer } from "../data/use-answer.ts";
import { Bars } from "../parts/bars.tsx";
import { DayInput } from "../parts/day-input.tsx";
import { Download } from "../parts/download.tsx";
import { Answered, Nothing } from "../parts/state.tsx";
import { type Column, Table } from "../parts/table.tsx";
import { Warnings } from "../parts/warnings.tsx";
import { Workbook } from "../parts/workbook.tsx";
import { hrefOf } from "../shell/place.ts";
import { go } from "../shell/route.ts";
import type { ViewProps } from "../shell/view.ts";

type Composition = Answer<"GET /index-composition">;
type Attribution = Answer<"GET /index-attribution">;
type Member = Composition["constituents"][number];
type Row = Member & Readonly<{ previousRank: number | null | undefined }>;

const RESERVE = 5;
const BARS = 12;

export function CompositionView({ index, choice }: ViewProps) {
  const date = choice.date ?? index.last;
  const query = { index: index.id, date };
  const loaded = useAnswer("GET /index-composition", { query: { ...query, reserve: RESERVE } });
  const attribution = useAnswer("GET /index-attribution", { query });
  const step = (day: string) => go("composition", { ...choice, date: day }, { isStep: true });

  return (
    <>
      <div className="bar-of-choices">
        <DayInput label="close of" value={date} min={index.first} max={index.last} onPick={step} />
        <Download
          load={(format) => askText("GET /index-composition", { query: { ...query, format } })}
          name={`${index.id}-${date}`}
        />
        <Workbook index={index.id} from={index.first} to={date} />
      </div>
      <Answered loaded={loaded} minHeight={600}>
        {(answer) => (
          <>
            <Warnings warnings={answer.meta.warnings} />
            <p className="dim note">
              Fixed at the close of {answer.date}, held from then on; {answer.constituents.length}{" "}
              names of equal notional.
            </p>
            <div className="columns wide-first">
              <Members answer={answer} previous={attribution.answer?.previous_date ?? undefined} />
              <div>
                <Contributions loaded={attribution} />
                <Reserve answer={answer} />
              </div>
            </div>
          </>
        )}
      </Answered>
    </>
  );
}

function Members({
  answer,
  previous,
}: Readonly<{ answer: Composition; previous: string | undefined }>) {
  const [text, setText] = useState("");
  const before = useAnswer(
    "GET /index-composition",
    previous === undefined ? undefined : { query: { index: answer.index, date: previous } },
  );
  const rows = useMemo(() => {
    const ranks =
      before.answer && new Map(before.answer.constituents.map((m) => [m.ticker, m.rank]));
    return answer.constituents.map(
      (member): Row => ({
        ...member,
        previousRank: ranks === undefined ? undefined : (ranks.get(member.ticker) ?? null),
      }),
    );
  }, [answer, before.answer]);
  const wanted = text.trim().toLowerCase();
  const found = rows.filter(
    ({ ticker, name }) =>
      ticker.toLowerCase().includes(wanted) || (name ?? "").toLowerCase().includes(wanted),
  );
  const columns = useMemo(() => columnsOf(answer.index), [answer.index]);
  return (
    <section aria-label="Members">
      <input
        type="search"
        className="search"
        placeholder="Ticker or name"
        aria-label="Search members"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      {found.length === 0 ? (
        <Nothing>No member has “{text}” in its ticker or name.</Nothing>
      ) : (
        <Table
          caption={`Members of ${answer.index} at the close of ${answer.date}`}
          columns={columns}
          rows={found}
          keyOf={({ ticker }) => ticker}
          first={{ column: "rank" }}
        />
      )}
    </section>
  );
}

function moved({ rank, previousRank }: Row): number | null {
  return previousRank == null ? null : previousRank - rank;
}

function columnsOf(index: string): Column<Row>[] {
  return [
    { name: "rank", label: "Rank", value: ({ rank }) => rank },
    {
      name: "moved",
      label: "±",
      value: moved,
      cell: (row) => <Moved row={row} />,
    },
    {
      name: "ticker",
      label: "Ticker",
      isText: true,
      value: ({ ticker }) => ticker,
      cell: ({ ticker }) => <a href={hrefOf("changes", { index, ticker })}>{ticker}</a>,
    },
    { name: "name", label: "Name", isText: true, isMinor: true, value: ({ name }) => name },
    { name: "cap", label: "Cap, USD", value: (m) => m.market_cap, cell: (m) => usd(m.market_cap) },
    {
      name: "weight",
      label: "Weight",
      isMinor: true,
      value: (m) => m.weight,
      cell: (m) => percent(m.weight),
    },
    {
      name: "price",
      label: "Price, USD",
      value: ({ price }) => price,
      cell: ({ price, stale, price_date }) => (
        <>
          {stale && (
            <span className="badge" title={`last price of ${price_date}`}>
              stale
            </span>
          )}
          {number(price)}
        </>
      ),
    },
  ];
}

function Moved({ row }: Readonly<{ row: Row }>) {
  if (row.previousRank === undefined) return null;
  if (row.previousRank === null) return <span className="badge">new</span>;
  const by = moved(row) ?? 0;
  if (by === 0) return <span className="dim">0</span>;
  return <span className={tone(by)}>{by > 0 ? `+${by}` : by}</span>;
}

function Contributions({ loaded }: Readonly<{ loaded: Loaded<Attribution> }>) {
  return (
    <section>
      <h2>Contributions to the day</h2>
      <Answered loaded={loaded} minHeight={380}>
        {(answer) =>
          answer.previous_date === null ? (
            <Nothing>On its first day an index has no return.</Nothing>
          ) : (
            <Contributed answer={answer} />
          )
        }
      </Answered>
    </section>
  );
}

function Contributed({ answer }: Readonly<{ answer: Attribution }>) {
  const sorted = answer.contributions.toSorted((a, b) => b.contribution - a.contribution);
  const shown = [...sorted.slice(0, BARS / 2), ...sorted.slice(-BARS / 2)];
  const rest = sorted.slice(BARS / 2, -BARS / 2);
  const sum = rest.reduce((total, { contribution }) => total + contribution, 0);
  const bars = shown.map(({ ticker, name, contribution, daily_return }) => ({
    name: ticker,
    title: `${name ?? ticker}: ${change(daily_return)} on the day`,
    value: contribution,
    shown: change(contribution, 3),
  }));
  return (
    <>
      <Bars bars={bars} label="Largest and smallest contributions" />
      <dl className="sum">
        <dt>the other {rest.length}</dt>
        <dd className={tone(sum)}>{change(sum, 3)}</dd>
        <dt>return of {answer.date}</dt>
        <dd className={tone(answer.daily_return)}>{change(answer.daily_return, 3)}</dd>
      </dl>
    </>
  );
}

function Reserve({ answer }: Readonly<{ answer: Composition }>) {
  const last = answer.constituents.slice(-RESERVE);
  const reserve = answer.reserve ?? [];
  return (
    <section>
      <h2>At the border</h2>
      <ul className="border-list">
        {last.map(({ rank, ticker, market_cap }) => (
          <li key={ticker}>
            <span className="dim">{rank}</span> <span>{ticker}</span> <span>{usd(market_cap)}</span>
          </li>
        ))}
        <li className="border-line" aria-label="below here are no members" />
        {reserve.map(({ rank, ticker, market_cap }) => (
          <li key={ticker} className="dim">
            <span>{rank}</span> <span>{ticker}</span> <span>{usd(market_cap)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
