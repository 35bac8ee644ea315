import { expect, it, vi } from "vitest";
import { alarmsOf } from "../../../aws/alarms.js";
import { emf, FIGURES, NAMESPACE } from "../../../lib/edge/metrics/emf.ts";
import { meter } from "../../../lib/edge/metrics/meter.ts";
import { exposition } from "../../../lib/edge/metrics/text.ts";
import { METRICS } from "../../../lib/metrics.ts";

/** What is written to CloudWatch's log by `tell`, and what a library has to say to people. */
function written(tell: () => void): readonly unknown[] {
  const warned = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const lines = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  tell();
  const texts = lines.mock.calls.map(([text]) => String(text));
  lines.mockRestore();
  expect(warned).not.toHaveBeenCalled();
  for (const text of texts) expect(text).toMatch(/^[^\n]+\n$/);
  return texts.map((text) => JSON.parse(text));
}

it("is one line with what has risen since the last, and none when nothing has", () => {
  vi.useFakeTimers({ now: 1_704_067_200_000, toFake: ["Date"] });
  const figures = meter();
  const tell = emf(figures, "prod");
  expect(written(tell)).toEqual([]);
  figures.add("qf_images_refused_total", { dataset: "market" });
  figures.add("qf_images_refused_total", { dataset: "index" });
  figures.add("qf_dependency_failures_total", { part: "redis" }, 3);
  figures.add("qf_cache_lookups_total", { level: "memory", outcome: "hit" });
  expect(written(tell)).toEqual([
    {
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
    },
  ]);
  expect(written(tell)).toEqual([]);
  figures.add("qf_images_refused_total", { dataset: "market" });
  expect(written(tell), "a second line names nothing of the first").toEqual([
    expect.objectContaining({ Stage: "prod", ImagesRefused: 1 }),
  ]);
  vi.useRealTimers();
});

it("says what the scraped figures say: both are read off one meter", () => {
  const figures = meter();
  const tell = emf(figures, "prod");
  let told = 0;
  for (const by of [1, 4, 2]) {
    figures.add("qf_dependency_failures_total", { part: "s3" }, by);
    told += (written(tell) as { S3Failures: number }[])[0]!.S3Failures;
  }
  expect(exposition(figures.series(), figures.gauges())).toContain(
    `qf_dependency_failures_total{part="s3"} ${told}\n`,
  );
});

it("takes a run for done whatever it found to do, and a request for failed by its status", () => {
  const figures = meter();
  const tell = emf(figures, "prod");
  for (const outcome of ["committed", "current", "failed"])
    figures.add("qf_ingestions_total", { outcome });
  for (const status of ["200", "404", "503", "500"])
    figures.add("qf_api_requests_total", { route: "/", method: "GET", status });
  for (const outcome of ["delivered", "repeated", "failed"])
    figures.add("qf_alerts_total", { sink: "slack", outcome });
  expect(written(tell)).toMatchObject([
    { AlertsUndelivered: 1, IngestionsDone: 2, IngestionsFailed: 1, RequestsFailed: 1 },
  ]);
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
