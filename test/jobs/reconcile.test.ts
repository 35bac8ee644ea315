import fc from "fast-check";
import { expect, it } from "vitest";
import { type ReconciledSource, reconcile } from "../../lib/jobs/reconcile.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import type { DailyBatch } from "../../lib/ports.ts";
import { isoDay } from "../../lib/time.ts";
import { rowsOf, sourceOf } from "../market/reconcile/source.ts";

const ONE = "date ticker close\n2024-01-02 AAA 1";

/** The same rows in any order and in batches of any size. */
const shuffled = (name: string, lines: readonly string[], cut: number): ReconciledSource => ({
  name,
  basis: "unadjusted",
  labels: "of-the-day",
  rows: async function* (): AsyncGenerator<DailyBatch> {
    for (const part of [lines.slice(0, cut), lines.slice(cut)]) {
      if (part.length > 0) yield rowsOf(["date ticker close", ...part].join("\n"));
    }
  },
});

it("reports the same whatever order rows come in and however few it may hold", async () => {
  const days = sessionsBetween(20211201, 20240131).filter((_, at) => at % 9 === 0);
  const lines = days.flatMap((day, at) =>
    ["AAA", "BBB"].map((ticker) => `${isoDay(day)} ${ticker} ${100 + at}`),
  );
  const others = lines.map((line, at) => (at % 7 === 0 ? `${line}.9` : line)).slice(3);
  const whole = await reconcile({
    sources: [shuffled("a", lines, 0), shuffled("b", others, 0)],
  });
  expect(whole.readings).toBe(1);
  expect(whole.pairs[0]!.fields.close).toMatchObject({ compared: 119, equal: 102 });
  const order = fc.shuffledSubarray(lines, { minLength: lines.length });
  const run = fc.asyncProperty(
    order,
    fc.nat(60),
    fc.integer({ min: 1, max: 150 }),
    async (rows, cut, maxRows) => {
      const { readings, ...report } = await reconcile({
        sources: [shuffled("a", rows, cut), shuffled("b", others, cut)],
        maxRows,
      });
      const { readings: _, ...expected } = whole;
      expect(report).toEqual(expected);
      expect(readings).toBeGreaterThan(maxRows < 50 ? 2 : 0);
    },
  );
  await fc.assert(run, { numRuns: 30 });
});

it("compares only the days asked for", async () => {
  const text = "date ticker close\n2024-01-02 AAA 1\n2024-01-03 AAA 1\n2024-01-04 AAA 1";
  const sources = [sourceOf("a", text), sourceOf("b", text)];
  const { sources: found } = await reconcile({ sources, from: 20240103, to: 20240103 });
  expect(found[0]).toMatchObject({ rows: 1, first: "2024-01-03", last: "2024-01-03" });
});

it("counts the lines a source refuses, once", async () => {
  const line = { file: "f", line: 2, reason: "BAD_DATE", detail: "", raw: "" };
  const refusing: ReconciledSource = {
    ...sourceOf("a", ONE),
    rows: async function* (reject) {
      reject(line);
      yield rowsOf(`${ONE}\n2025-01-02 AAA 1`);
    },
  };
  const sources = [refusing, sourceOf("b", ONE)];
  const { refused, readings } = await reconcile({ sources, maxRows: 1 });
  expect({ refused, readings }).toEqual({ refused: { a: 1 }, readings: 2 });
});

it("refuses what cannot be compared", async () => {
  const one = sourceOf("a", ONE);
  const bad = expect.objectContaining({ code: "BAD_REQUEST" });
  await expect(reconcile({ sources: [one] })).rejects.toEqual(bad);
  await expect(reconcile({ sources: [one, one, one, one] })).rejects.toEqual(bad);
  await expect(reconcile({ sources: [one, one] })).rejects.toThrow(/two sources are called "a"/);
  const other = sourceOf("b", ONE.replace("AAA", "BBB"));
  await expect(reconcile({ sources: [one, other] })).rejects.toThrow(
    expect.objectContaining({
      code: "RANGE_OUTSIDE_DATA",
      details: { available: ["a 2024-01-02 to 2024-01-02", "b 2024-01-02 to 2024-01-02"] },
    }),
  );
});
