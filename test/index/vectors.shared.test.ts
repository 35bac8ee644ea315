// The shared markets of policy EW-1: 50-digit expectations of an independent implementation.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { BuiltDay } from "../../lib/index/run.ts";
import { dayKey, isoDay } from "../../lib/time.ts";
import { type Action, market, type Row } from "./market-fixture.ts";

type RawRow = { date: string; ticker: string; close: string | null; market_cap: string | null };
type RawAction = { date: string; ticker: string; type: string } & Record<string, string>;
type Form = "price" | "total";
type Expected = Record<`level_${Form}`, string> &
  Record<`daily_return_${Form}` | `cumulative_return_${Form}`, string | null> & {
    date: string;
    n: number;
    entered: string[] | null;
    exited: string[] | null;
    stale: string[] | null;
    turnover_one_way: string | null;
    divisor_after?: string;
    composition?: {
      rank: number;
      ticker: string;
      market_cap: string;
      price: string;
      weight: string;
    }[];
    composition_sha256?: string;
    constituent_returns_price?: Record<string, string> | null;
  };
type Policy = { N: number; base: number; max_stale_days: number; start?: string; end?: string };
type Case = {
  id: string;
  why: string;
  policy: Policy;
  rows: RawRow[];
  actions: RawAction[];
  expected: Expected[];
};

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const folder = `${shared}/vectors`;
const json = (name: string) => JSON.parse(readFileSync(`${folder}/${name}`, "utf8"));

const rowsOf = (rows: readonly RawRow[]): Row[] =>
  rows
    .filter(({ close }) => close !== null && close !== "")
    .map(({ date, ticker, close, market_cap: cap }) => ({
      date: dayKey(date),
      ticker,
      close: Number(close),
      marketCap: cap === null || cap === "" ? null : Number(cap),
    }));

const actionsOf = (actions: readonly RawAction[]): Action[] =>
  actions.map(({ date, ticker, type, ratio, amount, final_price }) => ({
    date: dayKey(date),
    ticker,
    action: type === "delist" ? "delisting" : type,
    value: Number(ratio ?? amount ?? final_price),
  }));

const rulesOf = (policy: Policy, form: Form) => ({
  size: policy.N,
  base_value: policy.base,
  max_stale_days: policy.max_stale_days,
  return_type: form,
});

function expectDays(days: readonly BuiltDay[], wanted: readonly Expected[], form: Form) {
  expect(days.map(names)).toEqual(wanted.map(wantedNames));
  expect(days.flatMap((built, i) => wrongFigures(built, wanted[i]!, form))).toEqual([]);
}

const names = (built: BuiltDay, i: number) => {
  const side = (wanted: string) =>
    built.changes.filter((c) => c.side === wanted).map((c) => c.ticker);
  const tickers = built.holdings.map((h) => h.ticker);
  return {
    date: isoDay(built.date),
    n: tickers.length,
    entered: i === 0 ? null : side("entered"),
    exited: i === 0 ? null : side("exited"),
    stale: built.holdings.filter((h) => h.priceDate < built.date).map((h) => h.ticker),
    sha256: createHash("sha256").update(tickers.join(",")).digest("hex"),
  };
};

const wantedNames = (wanted: Expected) => ({
  date: wanted.date,
  n: wanted.n,
  entered: wanted.entered,
  exited: wanted.exited,
  stale: wanted.stale ?? [],
  sha256:
    wanted.composition_sha256 ??
    createHash("sha256")
      .update(wanted.composition!.map((m) => m.ticker).join(","))
      .digest("hex"),
});

function wrongFigures(built: BuiltDay, wanted: Expected, form: Form): string[] {
  const wrong: string[] = [];
  const check = (what: string, actual: number | null | undefined, value: string | null) => {
    if (!isNear(actual, value)) wrong.push(`${wanted.date} ${what} ${actual} against ${value}`);
  };
  check("level", built.level, wanted[`level_${form}`]);
  check("daily return", built.dailyReturn, wanted[`daily_return_${form}`]);
  check("turnover", built.turnover, wanted.turnover_one_way);
  if (wanted.divisor_after !== undefined) check("divisor", built.divisor, wanted.divisor_after);
  for (const [i, member] of (wanted.composition ?? []).entries()) {
    check(`price of ${member.ticker}`, built.holdings[i]?.price, member.price);
    check(`cap of ${member.ticker}`, built.holdings[i]?.marketCap, member.market_cap);
    check(`weight of ${member.ticker}`, built.holdings[i]?.weight, member.weight);
  }
  for (const [ticker, value] of Object.entries(wanted.constituent_returns_price ?? {})) {
    const move = built.moves.find(({ holding }) => holding.ticker === ticker);
    check(`return of ${ticker}`, move && move.grossPrice - 1, value);
  }
  return wrong;
}

/** Relative 1e-12 for what is larger than 1, absolute below: the tolerance of the files. */
function isNear(actual: number | null | undefined, wanted: string | null): boolean {
  if (wanted === null || actual === null || actual === undefined) return actual === wanted;
  return Math.abs(actual - Number(wanted)) <= 1e-12 * Math.max(1, Math.abs(Number(wanted)));
}

if (!existsSync(`${folder}/index_tiny.json`)) {
  console.warn(`skipped: "${folder}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("equals the shared index markets", () => {});
} else {
  const { cases } = json("index_tiny.json") as { cases: Case[] };

  describe.each(["price", "total"] as const)("tiny markets, %s return", (form) => {
    it.each(cases)("$id: $why", ({ policy, rows, actions, expected }) => {
      const built = market({ rows: rowsOf(rows), actions: actionsOf(actions) }).build(
        rulesOf(policy, form),
        {
          ...(policy.start && { start: dayKey(policy.start) }),
          ...(policy.end && { end: dayKey(policy.end) }),
        },
      );
      expectDays(built, expected, form);
    });
  });

  describe("a random market of 300 names and 261 closes", () => {
    const vectors = json("index_random300_expected.json") as {
      policy: Policy;
      expected: Expected[];
      full_compositions: Record<string, string[]>;
    };
    const rows = rowsOf(
      gunzipSync(readFileSync(`${folder}/index_random300.csv.gz`))
        .toString()
        .trim()
        .split("\n")
        .slice(1)
        .map((line): RawRow => {
          const [date = "", ticker = "", close = "", , market_cap = ""] = line.split(",");
          return { date, ticker, close, market_cap };
        }),
    );
    const actions = actionsOf(json("index_random300_actions.json"));

    it("equals every day's figures and names, price and total", () => {
      // Ids in reverse and four parts: neither may show.
      const tiny = market({
        rows,
        actions,
        idOrder: [...new Set(rows.map((row) => row.ticker))].sort().reverse(),
        cuts: [20240401, 20240701, 20241001],
      });
      const built = tiny.build(rulesOf(vectors.policy, "price"));
      expectDays(built, vectors.expected, "price");
      expectDays(tiny.build(rulesOf(vectors.policy, "total")), vectors.expected, "total");
      const tickersOn = (date: string) =>
        built.find((day) => isoDay(day.date) === date)?.holdings.map((h) => h.ticker);
      for (const [date, tickers] of Object.entries(vectors.full_compositions)) {
        expect(tickersOn(date)).toEqual(tickers);
      }
    });
  });
}
