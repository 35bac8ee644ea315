// Delays: the middle of the last fifty.
import { expect, it } from "vitest";
import { KEPT, Latencies } from "../../../web/app/data/market/latency.ts";

it("has no middle before the first", () => {
  const delays = new Latencies();
  expect([delays.median, delays.count]).toEqual([undefined, 0]);
  delays.note(Number.NaN);
  expect(delays.count).toBe(0);
});

it("tells the middle one, or the mean of the two in the middle", () => {
  const delays = new Latencies();
  for (const ms of [30, 10, 20]) delays.note(ms);
  expect(delays.median).toBe(20);
  delays.note(1000);
  expect(delays.median).toBe(25);
});

it("forgets those before the last fifty", () => {
  const delays = new Latencies();
  for (let at = 0; at < 500; at++) delays.note(5_000);
  for (let at = 0; at < KEPT; at++) delays.note(at);
  expect([delays.median, delays.count]).toEqual([24.5, KEPT]);
});
