import { expect, it } from "vitest";
import { singleFlight } from "../../lib/edge/single-flight.ts";

it("does the work of one key once for all who ask meanwhile, and again afterwards", async () => {
  const once = singleFlight<number>();
  let runs = 0;
  const work = async () => ++runs;
  expect(await Promise.all([once("a", work), once("a", work), once("b", work)])).toEqual([1, 1, 2]);
  expect(await once("a", work)).toBe(3);
});

it("shares a failure and forgets it", async () => {
  const once = singleFlight<string>();
  const failing = async () => Promise.reject(new Error("no"));
  const both = await Promise.allSettled([once("a", failing), once("a", failing)]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await once("a", async () => "yes")).toBe("yes");
});
