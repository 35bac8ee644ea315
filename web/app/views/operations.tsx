/** What the data are and how they came: health, sessions, quality, ingestions, versions to go back to. */
import { type Answer, hasKey } from "../../api/client.ts";
import { number } from "../data/format.ts";
import { useHealth } from "../data/health.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Fact } from "../parts/fact.tsx";
import { Answered, Nothing } from "../parts/state.tsx";
import { type Column, Table } from "../parts/table.tsx";
import type { OpenProps } from "../shell/view.ts";
import { QualityDays, QualityPanel, total } from "./quality.tsx";
import { Versions } from "./versions.tsx";

type Run = Answer<"GET /api/v1/ingestions">["ingestions"][number];

/** Of the stack on this machine; elsewhere nobody knows where it is. */
const GRAFANA = ["localhost", "127.0.0.1"].includes(location.hostname)
  ? `http://${location.hostname}:3300`
  : undefined;

export const OperationsView = ({ choice }: OpenProps) => (
  <>
    <div className="columns three">
      <HealthPanel />
      <Sessions />
      <QualityPanel />
    </div>
    <QualityDays date={choice.date} />
    <Ingestions />
    <Versions />
    <p className="note">
      <a href="/docs">Every call</a>
      {/* A link carries no key. */}
      {!hasKey() && (
        <>
          {" "}
          · <a href="/metrics">figures for Prometheus</a>
        </>
      )}
      {GRAFANA && (
        <>
          {" "}
          · <a href={GRAFANA}>Grafana</a> <span className="dim">(once it was started)</span>
        </>
      )}
    </p>
  </>
);

function HealthPanel() {
  const loaded = useHealth();
  return (
    <section>
      <h2>Health</h2>
      <Answered loaded={loaded} minHeight={120}>
        {({ parts }) => (
          <ul className="facts">
            {Object.entries(parts).map(([name, { status, latency_ms: ms, detail }]) => (
              <li key={name}>
                <span>{name}</span>
                <span className={status === "up" ? "gain" : "loss"}>{status}</span>
                <span className="dim">
                  {detail ?? ""} {ms === undefined ? "" : `${number(ms, 1)} ms`}
                </span>
              </li>
            ))}
          </ul>
        )}
      </Answered>
    </section>
  );
}

function Sessions() {
  const loaded = useAnswer("GET /api/v1/sessions", {});
  return (
    <section>
      <h2>Sessions</h2>
      <Answered loaded={loaded} minHeight={120}>
        {({ market, available, sessions_total: total, missing, sessions }) => (
          <ul className="facts">
            <Fact
              name="source"
              value={String(market?.source ?? "–")}
              more={String(market?.kind ?? "")}
            />
            <Fact
              name="from, to"
              value={available === null ? "–" : `${available.start_date} … ${available.end_date}`}
            />
            <Fact name="sessions" value={number(total, 0)} more={`${missing.length} missing`} />
            {missing.length > 0 && <Fact name="missing" value={missing.slice(-6).join(", ")} />}
            <Fact
              name="newest"
              value={sessions.at(-1)?.date ?? "–"}
              more={`${number(sessions.at(-1)?.priced_rows, 0)} prices, ${number(sessions.at(-1)?.capped_rows, 0)} caps`}
            />
          </ul>
        )}
      </Answered>
    </section>
  );
}

const instant = (text: string | null): string => text?.slice(0, 16).replace("T", " ") ?? "–";

const COLUMNS: readonly Column<Run>[] = [
  {
    name: "started",
    label: "Started, UTC",
    isText: true,
    value: (run) => run.started_at,
    cell: (run) => instant(run.started_at),
  },
  { name: "source", label: "Source", isText: true, value: (run) => run.source },
  {
    name: "outcome",
    label: "Outcome",
    isText: true,
    value: (run) => run.outcome,
    cell: ({ outcome, error }) => (
      <span className={outcome === "failed" ? "loss" : undefined} title={error?.message}>
        {outcome}
        {error === null ? "" : `: ${error.code}`}
      </span>
    ),
  },
  { name: "days", label: "Days", value: (run) => run.days },
  {
    name: "rows",
    label: "Rows",
    value: (run) => run.rows_accepted,
    cell: (run) => number(run.rows_accepted, 0),
  },
  { name: "repaired", label: "Repaired", isMinor: true, value: (run) => total(run.repaired) },
  {
    name: "quarantined",
    label: "Quarantined",
    isMinor: true,
    value: (run) => total(run.quarantined),
  },
  { name: "gate", label: "Gate", isText: true, isMinor: true, value: (run) => run.gate },
];

function Ingestions() {
  const loaded = useAnswer("GET /api/v1/ingestions", {});
  return (
    <section className="block">
      <h2>Ingestions</h2>
      <Answered loaded={loaded} minHeight={80}>
        {({ ingestions }) =>
          ingestions.length === 0 ? (
            <Nothing>Nothing has been loaded yet.</Nothing>
          ) : (
            <Table
              caption="Ingestions"
              columns={COLUMNS}
              rows={ingestions}
              keyOf={({ job_id: id, started_at: at }) => `${id} ${at}`}
              first={{ column: "started", isDown: true }}
            />
          )
        }
      </Answered>
    </section>
  );
}
