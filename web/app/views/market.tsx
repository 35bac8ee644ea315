/** The market as it happens: what is watched, candles of one symbol, what was out of the ordinary, what may come. */
import { useEffect, useMemo, useState } from "react";
import { forgetAnswer, nameOf, whenForgotten } from "../data/answers.ts";
import { MarketFeed } from "../data/market/feed.ts";
import type { Series } from "../data/market/series.ts";
import { useWatched, type Watched } from "../data/market/watched.ts";
import { WINDOWS, windowOf } from "../data/market/window.ts";
import { useSignal } from "../data/signal.ts";
import { type Loaded, useAnswer } from "../data/use-answer.ts";
import { CandleChart } from "../parts/market/candle-chart.tsx";
import { FindingsList } from "../parts/market/findings-list.tsx";
import { Delay, LiveBadge } from "../parts/market/live-badge.tsx";
import {
  FIRST_OVERLAYS,
  OVERLAY_LABELS,
  OVERLAYS,
  type Overlay,
} from "../parts/market/market-lines.ts";
import { NoStream } from "../parts/market/no-stream.tsx";
import { PredictionPanel } from "../parts/market/prediction.tsx";
import { type Known, WatchList } from "../parts/market/watch-list.tsx";
import { Answered, Failure } from "../parts/state.tsx";
import { hrefOf } from "../shell/place.ts";
import { go } from "../shell/route.ts";
import type { OpenProps } from "../shell/view.ts";

/** Every symbol of a large market. */
const ALL = { query: { limit: 10_000 } } as const;
const ROUTE = "GET /api/v1/symbols";
/** How often it is looked whether a stream has begun. */
const LOOK_MS = 3_000;
/** Changes of the day are told from what the service says, and that changes with the day. */
const REFRESH_MS = 300_000;

export function MarketView(props: OpenProps) {
  const loaded = useAnswer(ROUTE, ALL);
  const { answer, reload } = loaded;
  const streamed = useMemo(
    () => (answer?.symbols ?? []).filter(({ data }) => data.stream !== null),
    [answer],
  );
  const hasStream = streamed.length > 0;
  useEffect(() => {
    if (hasStream) return;
    const timer = setInterval(() => {
      forgetAnswer(nameOf(ROUTE, ALL));
      reload();
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [hasStream, reload]);
  return (
    <Answered loaded={quiet(loaded)} minHeight={600}>
      {({ symbols }) =>
        hasStream ? (
          <Market {...props} known={symbols} streamed={streamed} />
        ) : (
          <NoStream symbols={symbols.length} />
        )
      }
    </Answered>
  );
}

/** Looking again is no reason to dim what is shown. */
const quiet = <T,>(loaded: Loaded<T>): Loaded<T> => ({
  ...loaded,
  isLoading: loaded.answer === undefined && loaded.isLoading,
});

/** One for as long as the view is shown; a new one when another key was entered. */
function useFeed(): MarketFeed | undefined {
  const [turn, setTurn] = useState(0);
  const [feed, setFeed] = useState<MarketFeed>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn connects again
  useEffect(() => {
    const made = new MarketFeed({ frame: (draw) => requestAnimationFrame(draw) });
    setFeed(made);
    return () => made.close();
  }, [turn]);
  useEffect(() => whenForgotten(() => setTurn((before) => before + 1)), []);
  return feed;
}

type MarketProps = OpenProps & Readonly<{ known: Known; streamed: Known }>;

function Market({ known, streamed, ...props }: MarketProps) {
  const feed = useFeed();
  const first = useMemo(() => streamed.map(({ symbol }) => symbol), [streamed]);
  const watched = useWatched(first);
  const symbol = props.choice.symbol ?? watched.symbols[0] ?? first[0];
  if (feed === undefined || symbol === undefined) return null;
  return <Followed {...props} {...{ known, feed, watched, symbol }} />;
}

type FollowedProps = OpenProps &
  Readonly<{ known: Known; feed: MarketFeed; watched: Watched; symbol: string }>;

function Followed({ known, feed, watched, symbol, choice, theme }: FollowedProps) {
  const window = windowOf(choice.window);
  const names = watched.symbols.join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `names` stands for the symbols
  useEffect(() => {
    feed.watch(watched.symbols);
    const refresh = () => void feed.refresh(watched.symbols);
    refresh();
    const timer = setInterval(refresh, REFRESH_MS);
    return () => clearInterval(timer);
  }, [feed, names]);
  useEffect(() => feed.look(symbol, window), [feed, symbol, window]);
  const series = useSignal(feed.series);
  const shown = shownOf(choice.show);
  const to = (more: Readonly<Record<string, string>>) => ({ ...choice, symbol, ...more });
  const turn = (overlay: Overlay) => {
    const next = OVERLAYS.filter((one) => shown.includes(one) !== (one === overlay));
    go("market", to({ show: next.length === 0 ? "none" : next.join(",") }), { isStep: true });
  };
  return (
    <>
      <div className="bar-of-choices">
        <strong className="market-symbol">{symbol}</strong>
        <fieldset className="ranges" aria-label="Window">
          {WINDOWS.map((name) => (
            <button
              key={name}
              type="button"
              aria-pressed={name === window}
              onClick={() => go("market", to({ window: name }), { isStep: true })}
            >
              {name.replace("min", " min")}
            </button>
          ))}
        </fieldset>
        <fieldset className="ranges" aria-label="Indicators">
          {OVERLAYS.map((overlay) => (
            <button
              key={overlay}
              type="button"
              aria-pressed={shown.includes(overlay)}
              onClick={() => turn(overlay)}
            >
              {OVERLAY_LABELS[overlay]}
            </button>
          ))}
        </fieldset>
        <LiveBadge feed={feed} />
        <Delay feed={feed} />
      </div>
      <div className="market">
        <WatchList
          {...{ feed, watched, known }}
          chosen={symbol}
          hrefOf={(one) => hrefOf("market", { ...choice, symbol: one })}
        />
        {series && <Looked {...{ feed, series, theme }} shown={choice.show ?? ""} />}
      </div>
    </>
  );
}

type LookedProps = Readonly<{ feed: MarketFeed; series: Series; theme: string; shown: string }>;

function Looked({ feed, series, theme, shown }: LookedProps) {
  const { error } = useSignal(series.loading);
  const overlays = useMemo(() => shownOf(shown || undefined), [shown]);
  return (
    <>
      <div className="market-middle">
        {error !== undefined && <Failure error={error} retry={() => void series.load()} />}
        <CandleChart feed={feed} series={series} shown={overlays} theme={theme} />
      </div>
      <div className="market-side">
        <PredictionPanel symbol={series.symbol} />
        <FindingsList series={series} />
      </div>
    </>
  );
}

const shownOf = (text: string | undefined): readonly Overlay[] =>
  text === undefined
    ? FIRST_OVERLAYS
    : OVERLAYS.filter((overlay) => text.split(",").includes(overlay));
