import { describe, expect, it } from "vitest";
import { instruments, meter } from "../../../lib/edge/metrics/meter.ts";
import { countRequest } from "../../../lib/edge/metrics/requests.ts";
import { METRICS, type Metric } from "../../../lib/metrics.ts";
import { event } from "../call.ts";

describe("the table of metrics", () => {
  it.each(Object.entries(METRICS) as [string, Metric][])("%s is named as it is", (name, metric) => {
    expect(name).toMatch(
      /^((qf|feed|stream)_[a-z_]+|active_websocket_connections|(tick|aggregated)_messages_received_total|processing_latency_seconds|messages_per_second|kafka_consumer_lag)$/,
    );
    expect(name.endsWith("_total")).toBe(metric.type === "counter");
    expect(metric.help).toMatch(/^[A-Z0-9].+\.$/);
    expect(metric.buckets !== undefined).toBe(metric.type === "histogram");
    expect(metric.buckets ?? []).toEqual([...(metric.buckets ?? [])].sort((a, b) => a - b));
    for (const label of metric.labels) expect(label).toMatch(/^(?!le$)[a-z]+$/);
  });
});

describe("a meter", () => {
  it("adds up by labels, and sums over those that are chosen", () => {
    const figures = meter();
    figures.add("qf_image_bytes_total", { event: "read" }, 40);
    figures.add("qf_image_bytes_total", { event: "read" }, 2);
    figures.add("qf_image_bytes_total", { event: "refused" }, 1);
    expect(figures.sum("qf_image_bytes_total")).toBe(43);
    expect(figures.sum("qf_image_bytes_total", ([what]) => what === "read")).toBe(42);
  });

  it("never lets a counter fall, nor a histogram take what is no number", () => {
    const figures = meter();
    figures.add("qf_commits_total", { dataset: "index" }, -1);
    figures.add("qf_commits_total", { dataset: "index" }, Number.NaN);
    figures.observe("qf_index_build_seconds", {}, Number.NaN);
    expect([...figures.series()].flatMap(({ slots }) => slots).every((slot) => slot === 0)).toBe(
      true,
    );
  });

  it("stops taking new labels at its bound and goes on counting those it knows", () => {
    const figures = meter({ seriesMax: 2 });
    for (const dataset of ["a", "b", "c", "a"]) figures.add("qf_commits_total", { dataset });
    expect([...figures.series()].map(({ values, slots }) => [...values, ...slots])).toEqual([
      ["a", 2],
      ["b", 1],
    ]);
  });
});

describe("requests", () => {
  it("are counted by the gateway's pattern and a known method, whatever a caller writes", () => {
    const of = (target: string, routeKey: string) =>
      countRequest(event(target, { routeKey }), 404, 0.01);
    of("GET /indices/some-private-name", "GET /indices/{id}");
    of("BREW /pot", "$default");
    const counted = [...instruments.series()]
      .filter(({ name }) => name === "qf_api_requests_total")
      .map(({ values }) => values);
    expect(counted).toEqual([
      ["/indices/{id}", "GET", "404"],
      ["$default", "other", "404"],
    ]);
  });
});
