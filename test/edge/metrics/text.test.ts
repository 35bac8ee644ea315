import { expect, it } from "vitest";
import { meter } from "../../../lib/edge/metrics/meter.ts";
import { exposition } from "../../../lib/edge/metrics/text.ts";
import { METRICS, type Metric } from "../../../lib/metrics.ts";

const linesOf = (text: string, name: string) =>
  text.split("\n").filter((line) => line.startsWith(name));

it("explains every metric of the table, and ends with a line end", () => {
  const text = exposition([], []);
  expect(text.endsWith("\n")).toBe(true);
  const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]);
  expect(types).toEqual(Object.entries(METRICS).map(([name, { type }]) => [name, type]));
  for (const { help } of Object.values(METRICS)) expect(text).toContain(help);
});

it("writes a histogram as rising counts up to +Inf, with sum and count", () => {
  const figures = meter();
  const route = "/index-performance";
  for (const seconds of [0.0005, 0.001, 0.3, 99])
    figures.observe("qf_api_latency_seconds", { route }, seconds);
  const lines = linesOf(exposition(figures.series(), []), "qf_api_latency_seconds");
  const bucket = (le: string) => `qf_api_latency_seconds_bucket{route="${route}",le="${le}"}`;
  expect(lines).toEqual([
    `${bucket("0.001")} 2`,
    ...["0.0025", "0.005", "0.01", "0.025", "0.05", "0.1", "0.25"].map((le) => `${bucket(le)} 2`),
    ...["0.5", "1", "2.5", "5", "10", "30"].map((le) => `${bucket(le)} 3`),
    `${bucket("+Inf")} 4`,
    `qf_api_latency_seconds_sum{route="${route}"} 99.3015`,
    `qf_api_latency_seconds_count{route="${route}"} 4`,
  ]);
});

it("leaves out the braces of a metric without labels", () => {
  const figures = meter();
  figures.observe("qf_index_build_seconds", {}, 0.2);
  figures.set("qf_market_lag_days", {}, 3);
  const text = exposition(figures.series(), figures.gauges());
  expect(text).toContain('\nqf_index_build_seconds_bucket{le="0.25"} 1\n');
  expect(text).toContain("\nqf_index_build_seconds_count 1\n");
  expect(text).toContain("\nqf_market_lag_days 3\n");
});

it("escapes what would end a label or a line", () => {
  const figures = meter();
  figures.add("qf_commits_total", { dataset: 'a"b\\c\nd' });
  const [line] = linesOf(exposition(figures.series(), []), "qf_commits_total");
  expect(line).toBe('qf_commits_total{dataset="a\\"b\\\\c\\nd"} 1');
});

it("tells counters whose first rise is waited for from 0 on, each once", () => {
  const figures = meter();
  const refused = () =>
    linesOf(exposition(figures.series(), []), "qf_images_refused_total").toSorted();
  const rows = (market: number) =>
    ["bars 0", "index 0", `market ${market}`, "orders 0", "risk 0"]
      .map((row) => row.split(" "))
      .map(([name, count]) => `qf_images_refused_total{dataset="${name}"} ${count}`);
  expect(refused()).toEqual(rows(0));
  figures.add("qf_images_refused_total", { dataset: "market" });
  expect(refused()).toEqual(rows(1));
  for (const { type, labels, starts = [] } of Object.values(METRICS) as Metric[])
    for (const values of starts) expect([type, values.length]).toEqual(["counter", labels.length]);
});

it("orders series by their labels, whoever came first", () => {
  const figures = meter();
  for (const code of ["UNAUTHORIZED", "FORBIDDEN"])
    figures.add("qf_access_refusals_total", { code });
  expect(linesOf(exposition(figures.series(), []), "qf_access_refusals_total")).toEqual([
    'qf_access_refusals_total{code="FORBIDDEN"} 1',
    'qf_access_refusals_total{code="UNAUTHORIZED"} 1',
  ]);
});
