import { describe, expect, it } from "vitest";
import { dividendsOf, splitsOf } from "../../../lib/sources/polygon/actions.ts";
import type { PolygonSplit } from "../../../lib/sources/polygon/api.ts";

const split = (ticker: string, day: string, from: number, to: number): PolygonSplit => ({
  ticker,
  execution_date: day,
  split_from: from,
  split_to: to,
});

function told<T>(read: (tell: (about: unknown, detail: string) => void) => T) {
  const details: string[] = [];
  const actions = read((_, detail) => details.push(detail));
  return { actions, details };
}

describe("splitsOf", () => {
  it("gives new shares for each old one, of reverse splits too", () => {
    const entries = [split("AAA", "2024-03-04", 1, 4), split("BBB", "2024-03-05", 50, 1)];
    expect(told((tell) => splitsOf(entries, tell))).toEqual({
      actions: [
        { date: 20240304, ticker: "AAA", action: "split", value: 4 },
        { date: 20240305, ticker: "BBB", action: "split", value: 0.02 },
      ],
      details: [],
    });
  });

  it("takes a split once that is listed twice, and neither of two that disagree", () => {
    const entries = [
      split("AAA", "2024-03-04", 1, 4),
      split("AAA", "2024-03-04", 2, 8),
      split("BBB", "2024-03-04", 1, 2),
      split("BBB", "2024-03-04", 10, 1),
    ];
    expect(told((tell) => splitsOf(entries, tell))).toEqual({
      actions: [{ date: 20240304, ticker: "AAA", action: "split", value: 4 }],
      details: ["two splits of one day disagree: 2 and 0.1"],
    });
  });

  it("tells what is no split and leaves out one that changes nothing", () => {
    const entries = [
      split("AAA", "2024-03-04", 1, 0),
      split("BBB", "2024-02-30", 1, 2),
      split("CCC", "2024-03-04", 3, 3),
    ];
    expect(told((tell) => splitsOf(entries, tell))).toEqual({
      actions: [],
      details: ["a split from 1 to 0 is none", 'no ticker and day: "BBB" on "2024-02-30"'],
    });
  });
});

describe("dividendsOf", () => {
  const dividend = (ticker: string, cash_amount: number, currency?: string) => ({
    ticker,
    ex_dividend_date: "2024-03-04",
    cash_amount,
    currency,
  });

  it("takes a regular and a special one of a day, and one that is listed twice once", () => {
    const entries = [dividend("AAA", 0.25, "USD"), dividend("AAA", 1.5), dividend("AAA", 0.25)];
    expect(told((tell) => dividendsOf(entries, tell))).toEqual({
      actions: [
        { date: 20240304, ticker: "AAA", action: "dividend", value: 0.25 },
        { date: 20240304, ticker: "AAA", action: "dividend", value: 1.5 },
      ],
      details: [],
    });
  });

  it("tells one in another currency, and leaves out one of nothing", () => {
    const entries = [dividend("AAA", 12, "JPY"), dividend("BBB", 0)];
    expect(told((tell) => dividendsOf(entries, tell))).toEqual({
      actions: [],
      details: ["a dividend of 12 JPY is no amount in USD"],
    });
  });
});
