/**
 * Figures as CloudWatch reads them out of a log line: embedded metric format. Only what an alarm of aws/alarms.js or a
 * look in the night is for, since CloudWatch asks money for each; a line is written only by an invocation in which one moved.
 */
import type { MetricName } from "../../metrics.ts";
import type { Meter } from "./meter.ts";

export const NAMESPACE = "Equipoise";

type Figure = Readonly<{
  name: string;
  of: MetricName;
  /** Which series count; all when omitted. */
  where?: (values: readonly string[]) => boolean;
}>;

const first =
  (...wanted: readonly string[]) =>
  ([value]: readonly string[]) =>
    value !== undefined && wanted.includes(value);

/** Of ingestions a run counts as done when it left the market as it should be. */
export const FIGURES: readonly Figure[] = [
  {
    name: "RequestsFailed",
    of: "qf_api_requests_total",
    where: ([, , status]) => status === "500",
  },
  {
    name: "LiveEventsFailed",
    of: "qf_live_events_total",
    where: ([, outcome]) => outcome === "INTERNAL",
  },
  { name: "ImagesRefused", of: "qf_images_refused_total" },
  { name: "S3Failures", of: "qf_dependency_failures_total", where: first("s3") },
  { name: "RedisFailures", of: "qf_dependency_failures_total", where: first("redis") },
  { name: "KinesisFailures", of: "qf_dependency_failures_total", where: first("kinesis") },
  { name: "KafkaFailures", of: "qf_dependency_failures_total", where: first("kafka") },
  { name: "WebSocketFailures", of: "qf_dependency_failures_total", where: first("websocket") },
  { name: "VendorFailures", of: "qf_dependency_failures_total", where: first("vendor") },
  {
    name: "IngestionsDone",
    of: "qf_ingestions_total",
    where: first("committed", "unchanged", "repeated", "current"),
  },
  { name: "IngestionsFailed", of: "qf_ingestions_total", where: first("failed") },
  {
    name: "AlertsUndelivered",
    of: "qf_alerts_total",
    where: ([, outcome]) => outcome === "failed",
  },
  { name: "CompactionsDone", of: "stream_compactions_total", where: first("folded", "idle") },
  { name: "RowsQuarantined", of: "qf_ingest_rows_total", where: first("quarantined") },
];

/**
 * Writes the figures that have risen since it was last asked.
 * @returns the line, or `undefined` when none has
 */
export type EmfLine = (stage: string, nowMs: number) => string | undefined;

export function emfLines(meter: Meter): EmfLine {
  const told = new Map<string, number>();
  return (stage, nowMs) => {
    const risen: [string, number][] = [];
    for (const { name, of, where } of FIGURES) {
      const total = meter.sum(of, where);
      const by = total - (told.get(name) ?? 0);
      if (by > 0) risen.push([name, by]);
      told.set(name, total);
    }
    if (risen.length === 0) return undefined;
    const Metrics = risen.map(([Name]) => ({ Name, Unit: "Count" }));
    return JSON.stringify({
      _aws: {
        Timestamp: nowMs,
        CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [["Stage"]], Metrics }],
      },
      Stage: stage,
      ...Object.fromEntries(risen),
    });
  };
}
