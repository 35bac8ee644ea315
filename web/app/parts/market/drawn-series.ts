/** Candles, volume, indicators and marks of one series on canvas; what has changed alone is drawn anew. */
import {
  CandlestickSeries,
  createChart,
  createSeriesMarkers,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  type LogicalRange,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from "lightweight-charts";
import type { Candle } from "../../data/market/candles.ts";
import { type Finding, type Mark, marksOf } from "../../data/market/findings.ts";
import type { LinePoint } from "../../data/market/lines.ts";
import type { Series } from "../../data/market/series.ts";
import { type Colours, coloursIn, FRAME_COLOURS, frameOptions, thinned } from "../chart-frame.ts";
import { LINES, type LineLook, linesOf, type Overlay, paneOf } from "./market-lines.ts";
import { dayOf, minuteOf, shortDayOf, timeOf } from "./new-york.ts";
import { priceText } from "./price-text.ts";

const OWN_COLOURS = ["--gain-fill", "--loss-fill", "--loss", "--warn", "--text-dim", "--accent"];
const SEVERITY_COLOURS: Readonly<Record<string, string>> = {
  critical: "--loss",
  high: "--loss",
  medium: "--warn",
};
/** Of the height: where volume begins. */
const VOLUME_TOP = 0.82;
/** A new chart shows as many candles as can be told apart at a glance, each of so many pixels. */
const FIRST_PIXELS = 8;
/** No candle is drawn smaller: more of them would not be told apart, and would cost a frame. A longer window shows more. */
const LEAST_PIXELS = 0.5;
/** So close to the oldest candle older ones are asked for. */
const OLDER_WITHIN = 200;

type DrawnLine = Readonly<{ look: LineLook; series: ISeriesApi<"Line"> | ISeriesApi<"Histogram"> }>;

export type DrawnOptions = Readonly<{
  room: HTMLElement;
  series: Series;
  shown: readonly Overlay[];
  /** Where to look; the end when nobody says. */
  range: LogicalRange | null;
  /** The candle under the pointer; `undefined` where none is. */
  onPoint: (startMs: number | undefined) => void;
}>;

const timeIs = (startMs: number): UTCTimestamp => (startMs / 1000) as UTCTimestamp;

export class DrawnSeries {
  readonly #chart: IChartApi;
  readonly #series: Series;
  readonly #colours: Colours;
  readonly #candles: ISeriesApi<"Candlestick">;
  readonly #volume: ISeriesApi<"Histogram">;
  readonly #lines: readonly DrawnLine[];
  readonly #marks: ISeriesMarkersPluginApi<Time>;
  #marked: Readonly<{ findings: readonly Finding[]; firstMs: number | undefined }> | undefined;
  #isPlaced: boolean;
  /** Start of the last candle and of the last readings that are drawn. */
  #lastMs = Number.NEGATIVE_INFINITY;
  #lastLineMs = Number.NEGATIVE_INFINITY;

  constructor({ room, series, shown, range, onPoint }: DrawnOptions) {
    this.#series = series;
    const own = [...FRAME_COLOURS, ...OWN_COLOURS, ...LINES.map(({ colour }) => colour)];
    this.#colours = coloursIn(room, [...new Set(own)]);
    this.#chart = chartIn(room, this.#colours);
    this.#volume = this.#drawnVolume();
    this.#candles = this.#drawnCandles();
    this.#lines = linesOf(shown).map((look) => this.#drawnLine(look, shown));
    this.#marks = createSeriesMarkers(this.#candles, []);
    const [main, ...below] = this.#chart.panes();
    main?.setStretchFactor(4);
    for (const pane of below) pane.setStretchFactor(1);
    series.candles.drain();
    series.lines.drain();
    this.#all(series.candles.all, series.lines.all);
    this.#isPlaced = range !== null;
    if (range) this.#chart.timeScale().setVisibleLogicalRange(range);
    this.#place();
    this.#mark();
    this.#chart.subscribeCrosshairMove(({ time }) =>
      onPoint(typeof time === "number" ? time * 1000 : undefined),
    );
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange(() => this.#askOlder());
  }

  get range(): LogicalRange | null {
    return this.#chart.timeScale().getVisibleLogicalRange();
  }

  /** Puts on it what has come since. */
  draw(): void {
    const { candles, lines } = this.#series;
    const changes = candles.drain();
    const readings = lines.drain();
    if (changes.isAnew || readings.isAnew) this.#all(candles.all, lines.all);
    else {
      for (const candle of changes.candles) this.#change(candle);
      for (const point of readings.points) this.#changeLines(point);
    }
    this.#place();
    this.#mark();
    // One page may not have been enough for what is looked at.
    if (changes.isAnew) this.#askOlder();
  }

  remove(): void {
    this.#chart.remove();
  }

  #drawnCandles() {
    const { "--gain-fill": up, "--loss-fill": down } = this.#colours;
    return this.#chart.addSeries(CandlestickSeries, {
      upColor: up!,
      downColor: down!,
      wickUpColor: up!,
      wickDownColor: down!,
      borderVisible: false,
      priceFormat: { type: "custom", formatter: priceText, minMove: 0.0001 },
    });
  }

  #drawnVolume() {
    const volume = this.#chart.addSeries(HistogramSeries, {
      priceScaleId: "volume",
      priceFormat: { type: "volume" },
      priceLineVisible: false,
      lastValueVisible: false,
    });
    volume.priceScale().applyOptions({ scaleMargins: { top: VOLUME_TOP, bottom: 0 } });
    return volume;
  }

  #drawnLine(look: LineLook, shown: readonly Overlay[]): DrawnLine {
    const common = {
      color: this.#colours[look.colour]!,
      priceLineVisible: false,
      lastValueVisible: false,
      priceFormat: { type: "custom", formatter: priceText, minMove: 0.0001 },
    } as const;
    const pane = paneOf(look.overlay, shown);
    if (look.shape === "histogram")
      return { look, series: this.#chart.addSeries(HistogramSeries, common, pane) };
    const style = look.isDashed ? LineStyle.Dashed : LineStyle.Solid;
    const options = { ...common, lineWidth: 1, lineStyle: style } as const;
    const quiet = { ...options, crosshairMarkerVisible: false };
    const series = this.#chart.addSeries(LineSeries, quiet, pane);
    if (look.name === "rsi14") this.#limits(series);
    return { look, series };
  }

  /** Where the service calls an RSI out of the ordinary. */
  #limits(series: ISeriesApi<"Line">): void {
    for (const price of [30, 70])
      series.createPriceLine({
        price,
        color: this.#colours["--edge"]!,
        lineWidth: 1,
        lineStyle: LineStyle.Dotted,
        axisLabelVisible: false,
      });
  }

  #all(candles: readonly Candle[], points: readonly LinePoint[]): void {
    this.#candles.setData(candles.map(candlePoint));
    this.#volume.setData(candles.map((candle) => this.#volumePoint(candle)));
    for (const { look, series } of this.#lines)
      series.setData(points.map((point) => linePoint(point, look)));
    this.#lastMs = candles.at(-1)?.startMs ?? Number.NEGATIVE_INFINITY;
    this.#lastLineMs = points.at(-1)?.startMs ?? Number.NEGATIVE_INFINITY;
  }

  #change(candle: Candle): void {
    const isPast = candle.startMs < this.#lastMs;
    this.#lastMs = Math.max(this.#lastMs, candle.startMs);
    this.#candles.update(candlePoint(candle), isPast);
    this.#volume.update(this.#volumePoint(candle), isPast);
  }

  #changeLines(point: LinePoint): void {
    const isPast = point.startMs < this.#lastLineMs;
    this.#lastLineMs = Math.max(this.#lastLineMs, point.startMs);
    for (const { look, series } of this.#lines) series.update(linePoint(point, look), isPast);
  }

  #volumePoint({ startMs, volume, open, close }: Candle) {
    const colour = this.#colours[close < open ? "--loss-fill" : "--gain-fill"]!;
    return { time: timeIs(startMs), value: volume, color: thinned(colour, 0.4) };
  }

  /** The newest candles, as soon as there are any; afterwards whoever looks decides. */
  #place(): void {
    const count = this.#series.candles.all.length;
    if (this.#isPlaced || count === 0 || this.#series.loading.value.isLoading) return;
    this.#isPlaced = true;
    const seen = Math.max(20, this.#chart.timeScale().width() / FIRST_PIXELS);
    this.#chart.timeScale().setVisibleLogicalRange({ from: count - seen, to: count + 4 });
  }

  #askOlder(): void {
    const seen = this.range;
    if (this.#isPlaced && seen !== null && seen.from < OLDER_WITHIN) void this.#series.older();
  }

  #mark(): void {
    const findings = this.#series.findings.value;
    const firstMs = this.#series.candles.all[0]?.startMs;
    if (this.#marked?.findings === findings && this.#marked.firstMs === firstMs) return;
    this.#marked = { findings, firstMs };
    const marks = marksOf(findings, this.#series.candles.windowMs, firstMs);
    this.#marks.setMarkers(marks.map((mark) => this.#marker(mark)));
  }

  #marker({ startMs, severity, text }: Mark): SeriesMarker<Time> {
    const color = this.#colours[SEVERITY_COLOURS[severity] ?? "--text-dim"]!;
    return { time: timeIs(startMs), position: "aboveBar", shape: "arrowDown", color, text };
  }
}

const candlePoint = ({ startMs, open, high, low, close }: Candle) => ({
  time: timeIs(startMs),
  open,
  high,
  low,
  close,
});

function linePoint({ startMs, values }: LinePoint, { name }: LineLook) {
  const value = values[name];
  const time = timeIs(startMs);
  return value == null ? { time } : { time, value };
}

function chartIn(room: HTMLElement, colours: Colours): IChartApi {
  const common = frameOptions(colours);
  return createChart(room, {
    ...common,
    rightPriceScale: { ...common.rightPriceScale, scaleMargins: { top: 0.08, bottom: 0.2 } },
    timeScale: {
      ...common.timeScale,
      fixLeftEdge: false,
      fixRightEdge: false,
      rightOffset: 4,
      minBarSpacing: LEAST_PIXELS,
      timeVisible: true,
      secondsVisible: false,
      tickMarkFormatter: (time: Time, kind: number) => tickText((time as number) * 1000, kind),
    },
    localization: {
      ...common.localization,
      timeFormatter: (time: Time) => timeOf((time as number) * 1000),
    },
  });
}

/** Kinds of the library: year, month, day, then times. */
const tickText = (ms: number, kind: number): string =>
  kind < 2 ? dayOf(ms).slice(0, kind === 0 ? 4 : 7) : kind === 2 ? shortDayOf(ms) : minuteOf(ms);
