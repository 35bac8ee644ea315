import { describe, expect, it } from "vitest";
import { AppError } from "../../../lib/errors.ts";
import {
  type DayVerdict,
  Gate,
  type GateDay,
  HISTORY_SESSIONS,
} from "../../../lib/market/gate/gate.ts";
import { Bench, dayOf, EXCHANGES, type Row, SESSIONS, Tickers } from "./day.ts";

describe("the gate", () => {
  it("refuses a session that is not later than the last one", () => {
    const bench = new Bench();
    bench.judge({ ticker: "A", close: 1 });
    const day = dayOf(bench.tickers, SESSIONS[0]!, [{ ticker: "A", close: 1 }]);
    const message = "the gate takes sessions in ascending order: 2021-01-04 came after 2021-01-04";
    expect(() => bench.gate.judge(day)).toThrow(
      new AppError("DEGENERATE_INPUT", message, { date: "2021-01-04", last: "2021-01-04" }),
    );
    expect(() => bench.gate.prime(day)).toThrow(message);
  });

  it("takes the later of two rows of a name", () => {
    const { refused, fate } = new Bench().judge(
      { ticker: "A", close: 10, cap: 100 },
      { ticker: "B", close: 5 },
      { ticker: "A", close: 11, cap: 110 },
      { ticker: "B", close: 5 },
    );
    expect(refused).toEqual([
      { row: 0, reason: "duplicate_row", detail: "a later row of the same name replaces it" },
      { row: 1, reason: "duplicate_row", detail: "a later row of the same name repeats it" },
    ]);
    expect([...fate]).toEqual([2, 2, 0, 0]);
  });

  it("changes nothing it was given", () => {
    const bench = new Bench();
    bench.repeat(20, { ticker: "A", close: 50, cap: 5e8 });
    const day = dayOf(bench.tickers, SESSIONS[30]!, [{ ticker: "A", close: 50, cap: 4e9 }]);
    expect(bench.gate.judge(day).repairs).toHaveLength(1);
    expect(day.marketCap[0]).toBe(4e9);
  });
});

/** What a market of four names delivers, with a fault of 70 sessions, a split, a merger and a gap. */
function delivered(session: number): Row[] {
  const close = 100 + (session % 7);
  const net = session === 0 ? 0 : close - 100 - ((session - 1) % 7);
  const split = session >= 130 ? 4 : 1;
  // The cap counts the old shares for three sessions.
  const lag = session >= 130 && session < 133 ? 4 : 1;
  const fault = session >= 40 && session < 110 ? 8 : 1;
  const merger = session >= 150 ? 1.6 : 1;
  return [
    { ticker: "FAULT", close, net, cap: close * 1e7 * fault },
    { ticker: "SPLIT", close: close / split, net: net / split, cap: (close * 1e7) / lag },
    { ticker: "MERGER", close, net, cap: close * 1e7 * merger },
    ...(session % 30 > 2
      ? [{ ticker: "GAPS", close, net, cap: session % 50 < 4 ? 0 : close * 1e7 }]
      : []),
  ];
}

const kept = (day: GateDay, verdict: DayVerdict): GateDay => {
  const marketCap = day.marketCap.slice();
  for (const { row, used } of verdict.repairs) marketCap[row] = used;
  const netChange = new Float64Array(day.count).fill(Number.NaN);
  return { ...day, netChange, marketCap, delivered: day.marketCap };
};

describe("a gate that is told of the stored sessions", () => {
  const tickers = new Tickers();
  const splits = new Map<string, number>();
  const gateOf = () =>
    new Gate({
      exchanges: EXCHANGES,
      tickerOf: tickers.tickerOf,
      splitOn: (symbol, date) => splits.get(`${symbol} ${date}`) ?? 1,
    });
  const days = Array.from({ length: 200 }, (_, at) => dayOf(tickers, SESSIONS[at]!, delivered(at)));
  const whole = gateOf();
  const verdicts = days.map((day) => {
    const verdict = whole.judge(day);
    for (const { symbol, date, ratio } of verdict.detectedSplits) {
      splits.set(`${symbol} ${date}`, ratio);
    }
    return verdict;
  });
  const stored = days.map((day, at) => kept(day, verdicts[at]!));

  it("meets all rules in this market", () => {
    const rules = verdicts.flatMap(({ repairs }) => repairs.map(({ rule }) => rule));
    expect(new Set(rules)).toEqual(
      new Set(["split_factor", "share_multiple", "implied_shares", "cap_absent"]),
    );
    expect(verdicts.flatMap(({ detectedSplits }) => detectedSplits)).toHaveLength(1);
    expect(verdicts.flatMap(({ believed }) => believed)).toHaveLength(1);
  });

  it("judges the next session as if it had judged all before, wherever it begins", () => {
    const differing: number[] = [];
    for (let at = 1; at < days.length; at++) {
      const gate = gateOf();
      for (const day of stored.slice(Math.max(0, at - HISTORY_SESSIONS), at)) gate.prime(day);
      // On its own day the split is known here and was detected there.
      const verdict = { ...gate.judge(days[at]!), detectedSplits: [] };
      const expected = { ...verdicts[at]!, detectedSplits: [] };
      if (JSON.stringify(verdict) !== JSON.stringify(expected)) differing.push(at);
    }
    expect(differing).toEqual([]);
  });

  it("does not without the market caps as delivered", () => {
    const gate = gateOf();
    for (const { delivered: _, ...day } of stored.slice(0, 100)) gate.prime(day);
    expect(JSON.stringify(gate.judge(days[100]!))).not.toBe(JSON.stringify(verdicts[100]));
  });
});
