/**
 * The figures of one process. Everything is a whole number in a slot, so that processes can add theirs up in Redis
 * without rounding: a counter has one slot, a histogram one for each bucket and one for the sum in millionths.
 */
import {
  type Instruments,
  type LabelsOf,
  METRICS,
  type Metric,
  type MetricName,
} from "../../metrics.ts";

export type Series = Readonly<{
  name: MetricName;
  /** In the order of the metric's labels. */
  values: readonly string[];
  /** Counts since the process began. */
  slots: number[];
  /** What of them the shared totals hold. */
  shared: number[];
}>;

export type Gauge = Readonly<{ name: MetricName; values: readonly string[]; value: number }>;

export type Meter = Instruments &
  Readonly<{
    series: () => Iterable<Series>;
    gauges: () => Iterable<Gauge>;
    /** A counter over all its labels, or over those chosen by the values of their labels. */
    sum: (name: MetricName, where?: (values: readonly string[]) => boolean) => number;
  }>;

/** Sums of histograms are kept in millionths. */
export const MICRO = 1e6;

/** No set of labels comes near it; should one grow without bound by mistake, the process does not. */
const SERIES_MAX = 2_000;

const metric = (name: MetricName): Metric => METRICS[name];

/** Buckets, the one without bound, and the sum. */
export const slotsOf = (name: MetricName): number => {
  const { buckets } = metric(name);
  return buckets ? buckets.length + 2 : 1;
};

export function meter({ seriesMax = SERIES_MAX } = {}): Meter {
  const series = new Map<string, Series>();
  const gauges = new Map<string, Gauge>();

  const valuesOf = (name: MetricName, labels: Readonly<Record<string, string>>) =>
    metric(name).labels.map((label) => labels[label]!);

  const seriesOf = <Name extends MetricName>(name: Name, labels: LabelsOf<Name>) => {
    const values = valuesOf(name, labels);
    const key = values.length === 0 ? name : `${name}\t${values.join("\t")}`;
    const known = series.get(key);
    if (known || series.size >= seriesMax) return known;
    const slots = Array<number>(slotsOf(name)).fill(0);
    const made: Series = { name, values, slots, shared: [...slots] };
    series.set(key, made);
    return made;
  };

  return {
    add(name, labels, by = 1) {
      const { slots } = seriesOf(name, labels) ?? {};
      if (slots && by > 0) slots[0]! += Math.round(by);
    },
    observe(name, labels, value) {
      const { slots } = seriesOf(name, labels) ?? {};
      if (!slots || !(value >= 0)) return;
      const { buckets = [] } = metric(name);
      const at = buckets.findIndex((bound) => value <= bound);
      slots[at < 0 ? buckets.length : at]! += 1;
      slots[buckets.length + 1]! += Math.round(value * MICRO);
    },
    set(name, labels, value) {
      const values = valuesOf(name, labels);
      gauges.set([name, ...values].join("\t"), { name, values, value });
    },
    series: () => series.values(),
    gauges: () => gauges.values(),
    sum(name, where = () => true) {
      let total = 0;
      for (const one of series.values())
        if (one.name === name && where(one.values)) total += one.slots[0]!;
      return total;
    },
  };
}

/** The figures of this process: what the edge counts by, as it logs by `log`. */
export const instruments: Meter = meter();
