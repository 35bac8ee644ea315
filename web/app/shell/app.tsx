/** The frame around every view: which index, which view, what the service says of itself. */
import type { Answer } from "../../api/client.ts";
import { type HealthAnswer, useHealth } from "../data/health.ts";
import { useAnswer } from "../data/use-answer.ts";
import { Boundary } from "../parts/boundary.tsx";
import { Later, type Part } from "../parts/later.tsx";
import { Answered, Nothing } from "../parts/state.tsx";
import { Overview } from "../views/overview.tsx";
import { KeyButton } from "./key.tsx";
import { hrefOf, VIEWS, type View } from "./place.ts";
import { go, usePlace } from "./route.ts";
import { type Theme, useTheme } from "./theme.ts";
import type { IndexInfo, OpenProps, ViewProps } from "./view.ts";

const OF_AN_INDEX: Readonly<Partial<Record<View, Part<ViewProps>>>> = {
  overview: { load: async () => Overview, there: Overview },
  composition: {
    load: () => import("../views/composition.tsx").then((part) => part.CompositionView),
  },
  changes: { load: () => import("../views/changes.tsx").then((part) => part.ChangesView) },
};

/** Of the service: there without an index, and when the service cannot tell which there are. */
const OF_ALL: Readonly<Partial<Record<View, Part<OpenProps>>>> = {
  market: { load: () => import("../views/market.tsx").then((part) => part.MarketView) },
  build: { load: () => import("../views/build.tsx").then((part) => part.BuildView) },
  operations: { load: () => import("../views/operations.tsx").then((part) => part.OperationsView) },
};

const NAMES: Readonly<Record<View, string>> = {
  overview: "Overview",
  composition: "Composition",
  changes: "Changes",
  market: "Market",
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
  const health = useHealth();
  const known = indices.answer?.indices ?? [];
  const wanted = place.choice.index;
  const chosen = wanted === undefined ? known[0] : known.find(({ id }) => id === wanted);

  const ofAll = OF_ALL[place.view];
  const given = { choice: place.choice, theme };

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
          <Health answer={health.answer} isLost={health.error !== undefined} />
          <KeyButton />
          <ThemeButton theme={theme} turn={turnTheme} />
        </span>
      </header>
      <main id="main" tabIndex={-1}>
        <h1 className="unseen">{NAMES[place.view]}</h1>
        <Boundary key={place.view}>
          {ofAll ? (
            <Shown part={ofAll} given={{ index: chosen && infoOf(chosen), ...given }} />
          ) : (
            <Answered loaded={indices} minHeight={600}>
              {() =>
                chosen === undefined ? (
                  <NoIndex wanted={wanted} />
                ) : (
                  <Shown
                    part={OF_AN_INDEX[place.view]!}
                    given={{ index: infoOf(chosen), ...given }}
                  />
                )
              }
            </Answered>
          )}
        </Boundary>
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

const Shown = <P extends object>({ part, given }: Readonly<{ part: Part<P>; given: P }>) => (
  <Later
    part={part}
    given={given}
    waiting={<div className="waiting" style={{ minHeight: 600 }} />}
  />
);

const NoIndex = ({ wanted }: Readonly<{ wanted: string | undefined }>) => (
  <Nothing>
    {wanted === undefined ? (
      <>
        No index has been built yet. <a href={hrefOf("build", {})}>Build one</a>.
      </>
    ) : (
      `There is no index “${wanted}”.`
    )}
  </Nothing>
);

type HealthProps = Readonly<{ answer: HealthAnswer | undefined; isLost: boolean }>;

function Health({ answer, isLost }: HealthProps) {
  const down = Object.entries(answer?.parts ?? {}).filter(([, part]) => part.status !== "up");
  const state = isLost || answer?.status === "down" ? "loss" : down.length > 0 ? "warn" : "gain";
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
