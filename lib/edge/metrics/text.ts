/** Figures as Prometheus reads them: text exposition format 0.0.4. */
import { METRICS, type Metric, type MetricName } from "../../metrics.ts";
import { type Gauge, MICRO } from "./meter.ts";
import type { Total } from "./sharing.ts";

export const CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

const helpText = (text: string) => text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
const labelText = (text: string) => helpText(text).replaceAll('"', '\\"');

function labelled(names: readonly string[], values: readonly string[]): string {
  const pairs = names.map((name, at) => `${name}="${labelText(values[at] ?? "")}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Series in the order of the table and of their labels, so that two answers can be compared. */
export function exposition(totals: Iterable<Total>, gauges: Iterable<Gauge>): string {
  const samples = new Map<string, string[]>();
  const add = (name: MetricName, lines: readonly string[]) =>
    samples.set(name, [...(samples.get(name) ?? []), ...lines]);
  const counts = withStarts([...totals]).sort((a, b) =>
    String(a.values) < String(b.values) ? -1 : 1,
  );
  for (const total of counts) add(total.name, samplesOf(total));
  for (const { name, values, value } of gauges) {
    add(name, [`${name}${labelled(METRICS[name].labels, values)} ${value}`]);
  }
  return Object.entries(METRICS)
    .flatMap(([name, { help, type }]) => [
      `# HELP ${name} ${helpText(help)}`,
      `# TYPE ${name} ${type}`,
      ...(samples.get(name) ?? []),
    ])
    .concat("")
    .join("\n");
}

/** Counters whose first rise somebody waits for stand at 0 until then. */
function withStarts(totals: readonly Total[]): Total[] {
  const keyOf = (name: string, values: readonly string[]) => [name, ...values].join("\t");
  const told = new Set(totals.map(({ name, values }) => keyOf(name, values)));
  const waiting = Object.entries(METRICS as Readonly<Record<string, Metric>>).flatMap(
    ([name, { starts = [] }]) =>
      starts
        .filter((values) => !told.has(keyOf(name, values)))
        .map((values) => ({ name: name as MetricName, values, slots: [0] })),
  );
  return [...totals, ...waiting];
}

function samplesOf({ name, values, slots }: Total): string[] {
  const { labels, buckets }: Metric = METRICS[name];
  if (!buckets) return [`${name}${labelled(labels, values)} ${slots[0]}`];
  const bounds = [...buckets.map(String), "+Inf"];
  let count = 0;
  const cumulative = bounds.map((bound, at) => {
    count += slots[at]!;
    return `${name}_bucket${labelled([...labels, "le"], [...values, bound])} ${count}`;
  });
  const own = labelled(labels, values);
  return [
    ...cumulative,
    `${name}_sum${own} ${slots[buckets.length + 1]! / MICRO}`,
    `${name}_count${own} ${count}`,
  ];
}
