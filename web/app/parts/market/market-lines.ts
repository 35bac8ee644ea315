/** How the indicators are drawn, and which can be shown. */
import type { LineName } from "../../data/market/lines.ts";

export const OVERLAYS = ["sma20", "sma50", "bollinger", "rsi", "macd"] as const;
export type Overlay = (typeof OVERLAYS)[number];
/** Of a first visit. */
export const FIRST_OVERLAYS: readonly Overlay[] = ["sma20", "bollinger", "rsi"];

export const OVERLAY_LABELS: Readonly<Record<Overlay, string>> = {
  sma20: "SMA 20",
  sma50: "SMA 50",
  bollinger: "Bollinger",
  rsi: "RSI",
  macd: "MACD",
};

export type LineLook = Readonly<{
  name: LineName;
  label: string;
  overlay: Overlay;
  /** Variable of the style sheet. */
  colour: string;
  shape: "line" | "histogram";
  isDashed?: boolean;
}>;

export const LINES: readonly LineLook[] = [
  { name: "sma20", label: "SMA 20", overlay: "sma20", colour: "--line-sma20", shape: "line" },
  { name: "sma50", label: "SMA 50", overlay: "sma50", colour: "--line-sma50", shape: "line" },
  {
    name: "bollinger_upper",
    label: "upper band",
    overlay: "bollinger",
    colour: "--line-band",
    shape: "line",
  },
  {
    name: "bollinger_middle",
    label: "middle band",
    overlay: "bollinger",
    colour: "--line-band",
    shape: "line",
    isDashed: true,
  },
  {
    name: "bollinger_lower",
    label: "lower band",
    overlay: "bollinger",
    colour: "--line-band",
    shape: "line",
  },
  { name: "rsi14", label: "RSI 14", overlay: "rsi", colour: "--line-rsi", shape: "line" },
  {
    name: "macd_histogram",
    label: "histogram",
    overlay: "macd",
    colour: "--line-benchmark",
    shape: "histogram",
  },
  { name: "macd_macd", label: "MACD", overlay: "macd", colour: "--line-index", shape: "line" },
  { name: "macd_signal", label: "signal", overlay: "macd", colour: "--line-sma50", shape: "line" },
];

export const linesOf = (shown: readonly Overlay[]): readonly LineLook[] =>
  LINES.filter(({ overlay }) => shown.includes(overlay));

/** Below the prices stand those of another scale, each in a pane of its own. */
export function paneOf(overlay: Overlay, shown: readonly Overlay[]): number {
  const below = (["rsi", "macd"] as const).filter((one) => shown.includes(one));
  return below.indexOf(overlay as "rsi" | "macd") + 1;
}
