/** The chart of the series that is looked at, with its legend. */
import { useEffect, useRef } from "react";
import { number, tone } from "../../data/format.ts";
import type { Candle } from "../../data/market/candles.ts";
import type { MarketFeed } from "../../data/market/feed.ts";
import type { Series } from "../../data/market/series.ts";
import { DrawnSeries } from "./drawn-series.ts";
import { LINES, linesOf, type Overlay } from "./market-lines.ts";
import { timeOf } from "./new-york.ts";
import { priceText } from "./price-text.ts";

type Props = Readonly<{
  feed: MarketFeed;
  series: Series;
  shown: readonly Overlay[];
  theme: string;
}>;

/** Where a series was looked at, for a chart that is drawn anew for its theme or its lines. */
type Place = Readonly<{ series: Series; range: DrawnSeries["range"] }>;

export function CandleChart({ feed, series, shown, theme }: Props) {
  const room = useRef<HTMLDivElement>(null);
  const legend = useRef<HTMLElement>(null);
  const place = useRef<Place>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    let pointMs: number | undefined;
    const write = () => written(legend.current!, series, shown, pointMs);
    const drawn = new DrawnSeries({
      room: room.current!,
      series,
      shown,
      range: place.current?.series === series ? place.current.range : null,
      onPoint: (startMs) => {
        pointMs = startMs;
        write();
      },
    });
    const draw = () => {
      drawn.draw();
      room.current!.dataset.candles = String(series.candles.all.length);
      write();
    };
    feed.onDraw = draw;
    draw();
    const end = series.findings.watch(draw);
    return () => {
      end();
      feed.onDraw = () => {};
      place.current = { series, range: drawn.range };
      drawn.remove();
    };
  }, [feed, series, shown, theme]);

  const { symbol, window } = series;
  return (
    <figure className="chart market-chart">
      <figcaption className="legend" ref={legend}>
        <span className="legend-date" data-figure="time" />
        {["open", "high", "low", "close", "volume"].map((name) => (
          <span key={name}>
            {name} <b data-figure={name}>–</b>
          </span>
        ))}
        {linesOf(shown).map(({ name, label, colour }) => (
          <span key={name}>
            <i className="swatch" style={{ background: `var(${colour})` }} />
            {label} <b data-figure={name}>–</b>
          </span>
        ))}
      </figcaption>
      <div
        ref={room}
        className="chart-frame market-frame"
        role="img"
        aria-label={`Candles of ${symbol}, ${window} each, with volume, and as lines: ${shown.length === 0 ? "none" : shown.join(", ")}`}
      />
    </figure>
  );
}

/** The candle under the pointer, or the last one. Many times a second: past React, into the texts that stand there. */
function written(
  legend: HTMLElement,
  { candles, lines }: Series,
  shown: readonly Overlay[],
  pointMs: number | undefined,
): void {
  const candle = pointMs === undefined ? candles.all.at(-1) : found(candles.all, pointMs);
  const startMs = candle?.startMs;
  set(legend, "time", startMs === undefined ? "" : timeOf(startMs));
  for (const name of ["open", "high", "low", "close"] as const)
    set(legend, name, candle === undefined ? "–" : priceText(candle[name]));
  set(legend, "volume", number(candle?.volume, 0));
  const close = legend.querySelector('[data-figure="close"]');
  if (close && candle) close.className = tone(candle.close - candle.open) ?? "";
  const point = pointMs === undefined ? lines.all.at(-1) : found(lines.all, pointMs);
  for (const { name, overlay } of LINES)
    if (shown.includes(overlay)) set(legend, name, textOf(point?.values[name]));
}

const textOf = (value: number | null | undefined): string =>
  value == null ? "–" : priceText(value);

function set(legend: HTMLElement, figure: string, text: string): void {
  const place = legend.querySelector(`[data-figure="${figure}"]`);
  if (place && place.textContent !== text) place.textContent = text;
}

function found<T extends Pick<Candle, "startMs">>(all: readonly T[], ms: number): T | undefined {
  let [low, high] = [0, all.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (all[middle]!.startMs < ms) low = middle + 1;
    else high = middle;
  }
  return all[low]?.startMs === ms ? all[low] : undefined;
}
