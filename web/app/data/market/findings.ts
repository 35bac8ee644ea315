/** Anomalies of one symbol, stored and live, each once; the newest first. */

export type Finding = Readonly<{
  type: string;
  severity: string;
  window: string;
  /** End of the bar, ISO. */
  time: string;
  value: number;
  baseline: number | null;
  threshold: number;
}>;

const FINDINGS_MAX = 200;

const nameOf = ({ type, window, time }: Finding): string => `${time} ${window} ${type}`;

const later = (a: Finding, b: Finding): number => Date.parse(b.time) - Date.parse(a.time);

/** @param more comes in the place of what is known of the same type, window and time */
export function withFindings(known: readonly Finding[], more: readonly Finding[]): Finding[] {
  const byName = new Map(known.map((one) => [nameOf(one), one]));
  for (const one of more) byName.set(nameOf(one), one);
  return [...byName.values()].sort(later).slice(0, FINDINGS_MAX);
}

const SEVERITIES = ["low", "medium", "high", "critical"];

/** One mark for all findings of a candle: the gravest gives its colour. */
export type Mark = Readonly<{ startMs: number; severity: string; text: string }>;

const SHORT: Readonly<Record<string, string>> = {
  price_spike: "price",
  volume_spike: "volume",
  rsi_overbought: "RSI high",
  rsi_oversold: "RSI low",
  high_latency: "latency",
};

/**
 * Where findings stand on a chart, in order of time: each at the candle of `windowMs` in which its bar ended. Those from
 * before the first candle have no place.
 */
export function marksOf(
  findings: readonly Finding[],
  windowMs: number,
  firstMs: number | undefined,
): Mark[] {
  const marks = new Map<number, Mark>();
  for (const { time, type, severity } of findings) {
    // The end of a bar is no more in it.
    const startMs = Math.floor((Date.parse(time) - 1) / windowMs) * windowMs;
    if (firstMs === undefined || startMs < firstMs) continue;
    const text = SHORT[type] ?? type.replaceAll("_", " ");
    const known = marks.get(startMs);
    if (known === undefined) marks.set(startMs, { startMs, severity, text });
    else marks.set(startMs, joined(known, severity, text));
  }
  return [...marks.values()].sort((a, b) => a.startMs - b.startMs);
}

const joined = ({ startMs, ...known }: Mark, severity: string, text: string): Mark => ({
  startMs,
  severity:
    SEVERITIES.indexOf(severity) > SEVERITIES.indexOf(known.severity) ? severity : known.severity,
  text: known.text.split(", ").includes(text) ? known.text : `${known.text}, ${text}`,
});
