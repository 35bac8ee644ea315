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
import { coloursIn, FRAME_COLOURS, frameOptions, thinned } from "./chart-frame.ts";

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
    const chart = createChart(room, frameOptions(colours));
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
