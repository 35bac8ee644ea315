/** The frame around every view: which index, which view, what the service says of itself. */
import { type Answer, ServerError } from "../../api/client.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Boundary } from "../parts/boundary.tsx";
import { Later, type Part } from "../parts/later.tsx";
import { Answered, Nothing } from "../parts/state.tsx";
import { Overview } from "../views/overview.tsx";
import { KeyButton } from "./key.tsx";
import { hrefOf, VIEWS, type View } from "./place.ts";
import { go, usePlace } from "./route.ts";
import { type Theme, useTheme } from "./theme.ts";
import type { IndexInfo, ViewProps } from "./view.ts";

const VIEW: Readonly<Record<View, Part<ViewProps>>> = {
  overview: { load: async () => Overview, there: Overview },
  composition: {
    load: () => import("../views/composition.tsx").then((part) => part.CompositionView),
  },
  changes: { load: () => import("../views/changes.tsx").then((part) => part.ChangesView) },
  build: { load: () => import("../views/build.tsx").then((part) => part.BuildView) },
  operations: { load: () => import("../views/operations.tsx").then((part) => part.OperationsView) },
};

const NAMES: Readonly<Record<View, string>> = {
  overview: "Overview",
  composition: "Composition",
  changes: "Changes",
  build: "Build",
  operations: "Data",
};

type Indices = Answer<"GET /indices">["indices"];

const infoOf = ({ id, built, parameters }: Indices[number]): IndexInfo => ({
  id,
  first: built.start_date,
  last: built.end_date,
  parameters,
});

export function App() {
  const place = usePlace();
  const [theme, turnTheme] = useTheme();
  const indices = useAnswer("GET /indices", {});
  const health = useAnswer("GET /api/v1/health", {});
  const known = indices.answer?.indices ?? [];
  const wanted = place.choice.index;
  const chosen = wanted === undefined ? known[0] : known.find(({ id }) => id === wanted);

  return (
    <>
      <a className="skip" href="#main">
        To the content
      </a>
      <header className="head">
        <a className="brand" href={hrefOf("overview", {})}>
          <span aria-hidden="true">=</span> Equipoise
        </a>
        <nav aria-label="Views">
          {VIEWS.map((view) => (
            <a
              key={view}
              href={hrefOf(view, { index: wanted })}
              aria-current={view === place.view ? "page" : undefined}
            >
              {NAMES[view]}
            </a>
          ))}
        </nav>
        <label className="index-choice">
          <span className="unseen">Index</span>
          <select
            value={chosen?.id ?? ""}
            onChange={({ target }) => go(place.view, { index: target.value })}
          >
            {chosen === undefined && <option value="">{wanted ?? "…"}</option>}
            {known.map(({ id }) => (
              <option key={id}>{id}</option>
            ))}
          </select>
        </label>
        <span className="head-end">
          <Health
            answer={health.answer ?? saidBy(health.error)}
            isLost={health.error !== undefined}
          />
          <KeyButton />
          <ThemeButton theme={theme} turn={turnTheme} />
        </span>
      </header>
      <main id="main" tabIndex={-1}>
        <h1 className="unseen">{NAMES[place.view]}</h1>
        <Answered loaded={indices} minHeight={600}>
          {() =>
            chosen === undefined ? (
              <NoIndex wanted={wanted} />
            ) : (
              <Shown view={place.view} index={infoOf(chosen)} choice={place.choice} theme={theme} />
            )
          }
        </Answered>
      </main>
      <footer className="foot">
        <a href="/docs">API</a>
        <a href="/openapi.json">OpenAPI</a>
        <span>Days are sessions of New York; money is USD.</span>
        <span>
          Charts: <a href="https://www.tradingview.com/">TradingView</a> Lightweight Charts™
        </span>
      </footer>
    </>
  );
}

const Shown = ({ view, ...given }: ViewProps & Readonly<{ view: View }>) => (
  <Boundary key={view}>
    <Later
      part={VIEW[view]}
      given={given}
      waiting={<div className="waiting" style={{ minHeight: 600 }} />}
    />
  </Boundary>
);

const NoIndex = ({ wanted }: Readonly<{ wanted: string | undefined }>) => (
  <Nothing>
    {wanted === undefined
      ? "No index has been built yet. POST /build-index builds one; see the API."
      : `There is no index “${wanted}”.`}
  </Nothing>
);

type HealthAnswer = Answer<"GET /api/v1/health">;
type HealthProps = Readonly<{ answer: HealthAnswer | undefined; isLost: boolean }>;

/** A service that is unwell says with a 503 what is wrong. */
const saidBy = (error: unknown): HealthAnswer | undefined =>
  error instanceof ServerError && typeof error.said === "object" && "parts" in (error.said ?? {})
    ? (error.said as HealthAnswer)
    : undefined;

function Health({ answer, isLost }: HealthProps) {
  const down = Object.entries(answer?.parts ?? {}).filter(([, part]) => part.status !== "up");
  const state = isLost ? "loss" : down.length > 0 ? "warn" : "gain";
  const says =
    down.length > 0
      ? `${down.map(([name]) => name).join(", ")}: not up`
      : isLost
        ? "The service does not answer"
        : `Every part is up; data to ${answer?.as_of ?? "–"}`;
  return (
    <span className={`health ${state}`} title={says}>
      <i aria-hidden="true" />
      <span className="health-text">{answer?.as_of ?? (isLost ? "offline" : "…")}</span>
      <span className="unseen">{says}</span>
    </span>
  );
}

const ThemeButton = ({ theme, turn }: Readonly<{ theme: Theme; turn: () => void }>) => (
  <button
    type="button"
    onClick={turn}
    aria-label={`Show it ${theme === "dark" ? "light" : "dark"}`}
  >
    <span aria-hidden="true">{theme === "dark" ? "☾" : "☀"}</span>
  </button>
);
