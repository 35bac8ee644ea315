import { expect, it } from "vitest";
import { TickRate } from "../../lib/stream/tick-rate.ts";

const START_MS = 1_704_300_000_000;

it("adds up the batches of the last second, and forgets those before", () => {
  const rate = new TickRate();
  const add = (ticks: number, fromMs: number, toMs: number) =>
    rate.add(ticks, START_MS + fromMs, START_MS + toMs);
  expect(add(100, 0, 10)).toBe(100);
  expect(add(200, 500, 510)).toBe(300);
  expect(add(50, 1000, 1010)).toBe(250);
  expect(add(0, 1600, 1600)).toBe(50);
});

it("comes to nothing where batches bring no ticks", () => {
  const rate = new TickRate();
  rate.add(1000, START_MS, START_MS + 5);
  expect(rate.add(0, START_MS + 2000, START_MS + 2000)).toBe(0);
});

it("takes a batch that lasted longer for what it was and not for a burst", () => {
  const rate = new TickRate();
  expect(rate.add(40_000, START_MS, START_MS + 4000)).toBe(10_000);
  expect(rate.add(10_000, START_MS + 4000, START_MS + 5000)).toBe(10_000);
});
