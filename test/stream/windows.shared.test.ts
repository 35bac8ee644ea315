// Published cases of tumbling windows: every bar exact and in order, VWAP to 1e-12.
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { Windows } from "../../lib/stream/windows.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const file = `${shared}/vectors/windows.json`;

type Emission = Readonly<{
  symbol: string;
  size_ms: number;
  start: number;
  end: number;
  open: string;
  high: string;
  low: string;
  close: string;
  volume: string;
  vwap: string | null;
  count: number;
  emitted_after_arrival: number | null;
}>;

type Case = Readonly<{
  id: string;
  sizes_ms: number[];
  allowed_lateness_ms: number;
  ticks: [seq: number, tsMs: number, symbol: string, price: string, size: string, id: string][];
  expected_emissions: Emission[];
  expected_stats: {
    late_ticks: number;
    late_by_size: Record<string, number>;
    duplicates: number;
    invalid: number;
  };
}>;

/** Rows of what the windows of a case emitted, after which tick, and the windows. */
function played({ sizes_ms, allowed_lateness_ms, ticks }: Case) {
  // What the cases call allowed lateness is the distance of the watermark.
  const windows = new Windows({ sizesMs: sizes_ms, latenessMs: allowed_lateness_ms });
  const after: (number | null)[] = [];
  for (const [seq, timeMs, symbol, price, size, id] of ticks) {
    windows.push({ symbol, timeMs, price: Number(price), size: Number(size), id: Number(id) });
    while (after.length < windows.bars.length) after.push(seq);
  }
  windows.flush();
  while (after.length < windows.bars.length) after.push(null);
  return { windows, after, bars: windows.bars.list(windows.symbols) };
}

const exact = (bar: Emission) => ({
  symbol: bar.symbol,
  sizeMs: bar.size_ms,
  startMs: bar.start,
  endMs: bar.end,
  open: Number(bar.open),
  high: Number(bar.high),
  low: Number(bar.low),
  close: Number(bar.close),
  volume: Number(bar.volume),
  trades: bar.count,
  revision: 0,
  partial: bar.emitted_after_arrival === null,
  irregular: false,
});

if (!existsSync(file)) {
  console.warn(`skipped: "${file}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("emits the published bars", () => {});
} else {
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };

  it.each(cases)("emits the published bars of case $id, in order and at the tick", (one) => {
    const { bars, after } = played(one);
    expect(bars.map(({ vwap, ...bar }) => bar)).toEqual(one.expected_emissions.map(exact));
    expect(after).toEqual(one.expected_emissions.map((bar) => bar.emitted_after_arrival));
  });

  it.each(cases)("gives the published VWAP of case $id", (one) => {
    const { bars } = played(one);
    const wrong = bars.filter(({ vwap }, at) => {
      const published = one.expected_emissions[at]!.vwap;
      if (published === null || vwap === null) return published !== vwap;
      return !(Math.abs(vwap / Number(published) - 1) <= 1e-12);
    });
    expect(wrong).toEqual([]);
  });

  it.each(cases)("counts what was late, repeated or invalid in case $id", (one) => {
    const { windows } = played(one);
    const { lateTicks, lateBySize, duplicates, invalid, ticks } = windows.counts;
    const { late_ticks, late_by_size, ...others } = one.expected_stats;
    expect(ticks).toBe(one.ticks.length);
    expect(lateTicks).toBe(late_ticks);
    expect(lateBySize).toEqual(windows.settings.sizesMs.map((size) => late_by_size[size]));
    const refused = Object.values(invalid).reduce((sum, count) => sum + count, 0);
    expect({ duplicates, invalid: refused }).toEqual(others);
  });
}
