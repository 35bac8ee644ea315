/** Series over days: one pane below another, a cross-hair through all, drawn on canvas. */
import {
  AreaSeries,
  createChart,
  type IChartApi,
  type ISeriesApi,
  LineSeries,
  type MouseEventParams,
} from "lightweight-charts";
import { useEffect, useRef, useState } from "react";
import type { Point } from "../data/levels.ts";

export type Line = Readonly<{
  name: string;
  points: readonly Point[];
  /** A variable of the style sheet: "--line-index". */
  colour: string;
  shape?: "line" | "area";
  pane?: number;
  write: (value: number) => string;
}>;

type Series = ISeriesApi<"Line"> | ISeriesApi<"Area">;

/** The words of the style sheet for a variable that is no colour. */
const styleOf = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

type Colours = Readonly<Record<string, string>>;

/**
 * What colours of the style sheet are in the theme that is on, as a canvas knows no variables:
 * { "--accent": "rgb(98, 168, 255)" }. They are read together, as the browser works out its styles for each reading.
 */
function coloursIn(frame: HTMLElement, names: readonly string[]): Colours {
  const probes = names.map((name) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${name})`;
    return probe;
  });
  frame.append(...probes);
  const found = probes.map((probe, at) => [names[at]!, getComputedStyle(probe).color]);
  for (const probe of probes) probe.remove();
  return Object.fromEntries(found);
}

const thinned = (colour: string, opacity: number): string =>
  colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity})`);

const FRAME_COLOURS = ["--text-dim", "--edge", "--grid"];

/** Colours are read when a theme has been put on, so a chart is drawn anew with it. */
function options(colours: Colours) {
  return {
    autoSize: true,
    layout: {
      attributionLogo: false,
      background: { color: "transparent" },
      textColor: colours["--text-dim"]!,
      fontFamily: styleOf("--font"),
      fontSize: 11,
      panes: { separatorColor: colours["--edge"]!, enableResize: false },
    },
    grid: {
      vertLines: { color: colours["--grid"]! },
      horzLines: { color: colours["--grid"]! },
    },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.08, bottom: 0.06 } },
    timeScale: { borderVisible: false, fixLeftEdge: true, fixRightEdge: true, minBarSpacing: 0.05 },
    handleScale: { axisPressedMouseMove: { price: false } },
    localization: { locale: "en-US", dateFormat: "yyyy-MM-dd" },
  } as const;
}

function drawn(chart: IChartApi, line: Line, colour: string): Series {
  const { shape = "line", pane = 0, write } = line;
  const common = {
    lineWidth: 1,
    priceLineVisible: false,
    lastValueVisible: true,
    crosshairMarkerRadius: 3,
    priceFormat: { type: "custom", formatter: write, minMove: 0.0001 },
  } as const;
  const series =
    shape === "area"
      ? chart.addSeries(
          AreaSeries,
          {
            ...common,
            lineColor: colour,
            // From the line up to zero, as a fall is thought of.
            invertFilledArea: true,
            topColor: thinned(colour, 0.25),
            bottomColor: thinned(colour, 0.06),
          },
          pane,
        )
      : chart.addSeries(LineSeries, { ...common, color: colour }, pane);
  series.setData(line.points.map(({ date, value }) => ({ time: date, value })));
  return series;
}

type Props = Readonly<{
  lines: readonly Line[];
  /** What a screen reader is told in place of the picture. */
  label: string;
  theme: string;
  onPick?: (date: string) => void;
}>;

export function LineChart({ lines, label, theme, onPick }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const pick = useRef(onPick);
  pick.current = onPick;
  const [at, setAt] = useState<string>();

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const room = frame.current!;
    const names = [...FRAME_COLOURS, ...lines.map(({ colour }) => colour)];
    const colours = coloursIn(room, names);
    const chart = createChart(room, options(colours));
    for (const line of lines) drawn(chart, line, colours[line.colour]!);
    const [main, ...below] = chart.panes();
    main?.setStretchFactor(3);
    for (const pane of below) pane.setStretchFactor(1);
    chart.timeScale().fitContent();
    const dateOf = ({ time }: MouseEventParams) => (typeof time === "string" ? time : undefined);
    chart.subscribeCrosshairMove((event) => setAt(dateOf(event)));
    chart.subscribeClick((event) => {
      const date = dateOf(event);
      if (date !== undefined) pick.current?.(date);
    });
    return () => chart.remove();
  }, [lines, theme]);

  return (
    <figure className="chart">
      <Legend lines={lines} at={at} />
      <div ref={frame} className="chart-frame" role="img" aria-label={label} />
    </figure>
  );
}

function valueAt(points: readonly Point[], date: string | undefined): Point | undefined {
  if (date === undefined) return points.at(-1);
  let [low, high] = [0, points.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle]!.date < date) low = middle + 1;
    else high = middle;
  }
  return points[low]?.date === date ? points[low] : undefined;
}

function Legend({ lines, at }: Readonly<{ lines: readonly Line[]; at: string | undefined }>) {
  return (
    <figcaption className="legend">
      <span className="legend-date">{at ?? lines[0]?.points.at(-1)?.date}</span>
      {lines.map((line) => {
        const point = valueAt(line.points, at);
        return (
          <span key={line.name}>
            <i className="swatch" style={{ background: `var(${line.colour})` }} />
            {line.name} <b>{point === undefined ? "–" : line.write(point.value)}</b>
          </span>
        );
      })}
    </figcaption>
  );
}
