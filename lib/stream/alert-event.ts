/** What a record of the log `enriched` says to whoever delivers alerts: anomalies, and that bars passed. */
import type { AnomalyType, Severity } from "./anomalies/rules.ts";
import type { AnomalyItem, BarItem } from "./items.ts";
import { recordLines } from "./record-lines.ts";
import { windowMs } from "./window-name.ts";

export type AnomalyEvent = Readonly<{
  kind: "anomaly";
  /** Where the ticks were; with symbol and `seq` they name the anomaly for ever. */
  log: string;
  shard: string;
  symbol: string;
  seq: number;
  type: AnomalyType;
  severity: Severity;
  window: string;
  sizeMs: number;
  endMs: number;
  value: number;
  baseline: number | null;
  threshold: number;
  alert: boolean;
}>;

/** A final bar. */
export type BarEvent = Readonly<{ kind: "bar"; symbol: string; sizeMs: number; endMs: number }>;

export type AlertEvent = AnomalyEvent | BarEvent;

const TYPES: readonly unknown[] = [
  "price_spike",
  "volume_spike",
  "rsi_overbought",
  "rsi_oversold",
  "high_latency",
] satisfies AnomalyType[];
const SEVERITIES: readonly unknown[] = ["low", "medium", "high", "critical"] satisfies Severity[];

/** @returns in the order of its lines, "damaged" for each that is none; nothing for what alerts do not rest on */
export const alertEvents = (bytes: Uint8Array): (AlertEvent | "damaged")[] =>
  recordLines(bytes)
    .map(alertEvent)
    .filter((event) => event !== null);

/** @returns null when it says nothing of alerts (indicators, partial bars), "damaged" when it is no such line */
function alertEvent(line: string | undefined): AlertEvent | null | "damaged" {
  const item = line === undefined ? undefined : parsed(line);
  if (item === undefined) return "damaged";
  if (item.channel === "trades" || item.channel === "indicators") return null;
  const sizeMs = windowMs(String(item.window));
  if (typeof item.symbol !== "string" || item.symbol === "" || sizeMs === undefined) {
    return "damaged";
  }
  if (item.channel === "anomalies") return anomalyEvent(item, item.symbol, sizeMs);
  return item.channel === "bars" ? barEvent(item, item.symbol, sizeMs) : "damaged";
}

type Members = Readonly<
  Partial<Record<keyof AnomalyItem | keyof BarItem | "log" | "shard", unknown>>
>;

function parsed(line: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value : undefined;
  } catch {
    return undefined;
  }
}

function barEvent(item: Members, symbol: string, sizeMs: number): BarEvent | null | "damaged" {
  if (item.partial === true) return null;
  const endMs = instantMs(item.end);
  return endMs === undefined ? "damaged" : { kind: "bar", symbol, sizeMs, endMs };
}

function anomalyEvent(item: Members, symbol: string, sizeMs: number): AnomalyEvent | "damaged" {
  const { seq, type, severity, value, threshold, baseline, alert, window, log, shard } = item;
  const endMs = instantMs(item.time);
  const isWhole =
    Number.isSafeInteger(seq) &&
    TYPES.includes(type) &&
    SEVERITIES.includes(severity) &&
    typeof log === "string" &&
    typeof shard === "string" &&
    typeof alert === "boolean";
  if (!isWhole || endMs === undefined) return "damaged";
  if (typeof value !== "number" || typeof threshold !== "number") return "damaged";
  if (baseline !== null && typeof baseline !== "number") return "damaged";
  return {
    kind: "anomaly",
    ...{ log, shard, symbol, seq: seq as number },
    ...{ type: type as AnomalyType, severity: severity as Severity },
    ...{ window: window as string, sizeMs, endMs, value, baseline, threshold, alert },
  };
}

function instantMs(value: unknown): number | undefined {
  const ms = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
