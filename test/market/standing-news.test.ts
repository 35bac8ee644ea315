import { describe, expect, it } from "vitest";
import { type GateNews, noNews } from "../../lib/market/gate-pass.ts";
import { StandingNews } from "../../lib/market/standing-news.ts";

const DAY = 20240102;
const AAA = { date: DAY, symbol: 1, ticker: "AAA" };

const repair = (ticker: string, field: string, rule: string) => ({
  date: DAY,
  ticker,
  field,
  delivered: 2,
  used: 1,
  rule,
  detail: "",
});
const split = (symbol: number, ratio: number) => ({ date: DAY, symbol, ratio, detail: "" });

/** News of which one repair was said earlier in the load, and one of the rows that arrive. */
function begun(): { news: GateNews; standing: StandingNews } {
  const news = noNews();
  news.repairs.push(repair("AAA", "volume", "earlier"));
  news.splits.push(split(2, 5));
  const standing = new StandingNews(news);
  news.repairs.push(repair("AAA", "close", "fresh"), repair("BBB", "market_cap", "fresh"));
  news.splits.push(split(1, 3));
  standing.begin(
    [repair("AAA", "range", "stored"), repair("AAA", "market_cap", "stored")],
    [split(1, 2)],
  );
  return { news, standing };
}

const told = ({ repairs, splits, stood }: GateNews) => ({
  repairs: repairs.map(({ ticker, field, rule }) => `${ticker} ${field} ${rule}`),
  splits: splits.map(({ symbol, ratio }) => `${symbol} ${ratio}`),
  stood: stood.repairs.map(({ ticker, field, rule }) => `${ticker} ${field} ${rule}`),
  stoodSplits: stood.splits.map(({ symbol, ratio }) => `${symbol} ${ratio}`),
});

describe("what the gate says of figures", () => {
  it("is all kept while nothing meets", () => {
    const { news, standing } = begun();
    standing.end();
    expect(told(news)).toEqual({
      repairs: ["AAA volume earlier", "AAA close fresh", "BBB market_cap fresh"],
      splits: ["2 5", "1 3"],
      stood: ["AAA range stored", "AAA market_cap stored"],
      stoodSplits: ["1 2"],
    });
  });

  it("goes with the arriving bar that is kept out, its split as well", () => {
    const { news, standing } = begun();
    standing.settle(AAA, "close", "stored");
    standing.end();
    expect(told(news)).toEqual({
      repairs: ["AAA volume earlier", "BBB market_cap fresh"],
      splits: ["2 5"],
      stood: ["AAA range stored", "AAA market_cap stored"],
      stoodSplits: ["1 2"],
    });
  });

  it("goes with the stored figures that are replaced, written before or in this load", () => {
    const { news, standing } = begun();
    standing.settle(AAA, "close", "offered");
    standing.settle(AAA, "volume", "offered");
    standing.end();
    expect(told(news)).toEqual({
      repairs: ["AAA close fresh", "BBB market_cap fresh"],
      splits: ["2 5", "1 3"],
      stood: ["AAA market_cap stored"],
      stoodSplits: [],
    });
  });

  it("stays with a figure over several pieces of one load", () => {
    const { news, standing } = begun();
    standing.end();
    const next = new StandingNews(news);
    next.begin([], []);
    next.settle(AAA, "market_cap", "offered");
    next.end();
    expect(told(news).stood).toEqual(["AAA range stored"]);
    expect(told(news).repairs).toHaveLength(3);
  });
});
