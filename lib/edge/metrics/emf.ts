/**
 * Figures as CloudWatch reads them out of a log line: embedded metric format, written by the Metrics of Powertools for AWS
 * Lambda. Only what an alarm of aws/alarms.js or a look in the night is for, since CloudWatch asks money for each; a line is
 * written only by an invocation in which one moved.
 */
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { MetricName } from "../../metrics.ts";
import { once } from "../once.ts";
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
  {
    name: "OrdersDamaged",
    of: "qf_order_commands_total",
    where: ([, outcome]) => outcome === "damaged",
  },
  { name: "OrderFoldsDone", of: "qf_order_folds_total", where: first("folded", "idle") },
  { name: "RowsQuarantined", of: "qf_ingest_rows_total", where: first("quarantined") },
];

/** Namespace and stage, and no service: alarms look for that. */
function metricsOf(stage: string): Metrics {
  const metrics = new Metrics({ namespace: NAMESPACE });
  metrics.clearDefaultDimensions();
  return metrics.setDefaultDimensions({ Stage: stage });
}

/**
 * @returns what writes the figures that have risen since it was last asked, on standard output as one line, or none when none
 * has
 */
export function emf(meter: Meter, stage: string): () => void {
  const told = new Map<string, number>();
  const metrics = once(() => metricsOf(stage));
  return () => {
    const risen: [string, number][] = [];
    for (const { name, of, where } of FIGURES) {
      const total = meter.sum(of, where);
      const by = total - (told.get(name) ?? 0);
      if (by > 0) risen.push([name, by]);
      told.set(name, total);
    }
    if (risen.length === 0) return;
    for (const [name, by] of risen) metrics().addMetric(name, MetricUnit.Count, by);
    metrics().publishStoredMetrics();
  };
}
