import { expect, it } from "vitest";
import { alarmsOf } from "../../../aws/alarms.js";
import { emfLines, FIGURES, NAMESPACE } from "../../../lib/edge/metrics/emf.ts";
import { meter } from "../../../lib/edge/metrics/meter.ts";
import { METRICS } from "../../../lib/metrics.ts";

it("is one line with what has risen since the last, and none when nothing has", () => {
  const figures = meter();
  const line = emfLines(figures);
  expect(line("prod", 0)).toBeUndefined();
  figures.add("qf_images_refused_total", { dataset: "market" });
  figures.add("qf_images_refused_total", { dataset: "index" });
  figures.add("qf_dependency_failures_total", { part: "redis" }, 3);
  figures.add("qf_cache_lookups_total", { level: "memory", outcome: "hit" });
  const text = line("prod", 1_704_067_200_000);
  expect(text).not.toContain("\n");
  expect(JSON.parse(text!)).toEqual({
    _aws: {
      Timestamp: 1_704_067_200_000,
      CloudWatchMetrics: [
        {
          Namespace: "Equipoise",
          Dimensions: [["Stage"]],
          Metrics: [
            { Name: "ImagesRefused", Unit: "Count" },
            { Name: "RedisFailures", Unit: "Count" },
          ],
        },
      ],
    },
    Stage: "prod",
    ImagesRefused: 2,
    RedisFailures: 3,
  });
  expect(line("prod", 0)).toBeUndefined();
});

it("takes a run for done whatever it found to do, and a request for failed by its status", () => {
  const figures = meter();
  const line = emfLines(figures);
  for (const outcome of ["committed", "current", "failed"])
    figures.add("qf_ingestions_total", { outcome });
  for (const status of ["200", "404", "503", "500"])
    figures.add("qf_api_requests_total", { route: "/", method: "GET", status });
  for (const outcome of ["delivered", "repeated", "failed"])
    figures.add("qf_alerts_total", { sink: "slack", outcome });
  expect(JSON.parse(line("prod", 0)!)).toMatchObject({
    AlertsUndelivered: 1,
    IngestionsDone: 2,
    IngestionsFailed: 1,
    RequestsFailed: 1,
  });
});

it("counts what is in the table, and every alarm watches a figure that is written", () => {
  for (const { of } of FIGURES) expect(METRICS).toHaveProperty(of);
  const stack = { service: "s", stage: "prod", timeoutSeconds: 15, functions: {} };
  const watched = Object.values(alarmsOf(stack)).flatMap(({ Properties }) => [
    ...(Properties.Namespace === NAMESPACE ? [Properties.MetricName ?? ""] : []),
    ...(Properties.Metrics ?? []).flatMap(({ MetricStat }) =>
      MetricStat?.Metric.Namespace === NAMESPACE ? [MetricStat.Metric.MetricName] : [],
    ),
  ]);
  const written = FIGURES.map(({ name }) => name);
  expect(watched.length).toBeGreaterThan(3);
  expect(watched.filter((name) => name === undefined || !written.includes(name))).toEqual([]);
});
