/**
 * Alpha Vantage on this machine, after https://www.alphavantage.co/documentation/ (TIME_SERIES_DAILY, SPLITS, DIVIDENDS,
 * SHARES_OUTSTANDING, OVERVIEW, LISTING_STATUS) and the sentences its users report. All numbers are made by hand.
 */
import { type StubAnswer, type StubRequest, type VendorStub, vendorStub } from "./vendor-stub.ts";

export type AlphaVantagePlan = Readonly<{
  /** By its symbol: lines of the table below the header. A symbol that is not here is unknown. */
  daily: Readonly<Record<string, readonly string[]>>;
  splits?: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  dividends?: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  shares?: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  overview?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Lines below the header. */
  active?: readonly string[];
  delisted?: readonly string[];
  instead?: (request: StubRequest) => StubAnswer | undefined;
}>;

export const KEY = "K3Y";

export const sentences = {
  badKey: {
    "Error Message":
      "the parameter apikey is invalid or missing. Please claim your free API key on (https://www.alphavantage.co/support/#api-key). It should take less than 20 seconds.",
  },
  unknown: {
    "Error Message":
      "Invalid API call. Please retry or visit the documentation (https://www.alphavantage.co/documentation/) for TIME_SERIES_DAILY.",
  },
  aSecond: {
    Information:
      "Thank you for using Alpha Vantage! Please consider spreading out your free API requests more sparingly (1 request per second). You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to lift the free key rate limit (25 requests per day), raise the per-second burst limit, and instantly unlock all premium endpoints",
  },
  aMinute: {
    Note: "Thank you for using Alpha Vantage! Our standard API call frequency is 5 calls per minute and 500 calls per day.",
  },
  aDay: {
    Information: `We have detected your API key as ${KEY} and our standard API rate limit is 25 requests per day. Please subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly remove all daily rate limits.`,
  },
  premium: {
    Information:
      "Thank you for using Alpha Vantage! The outputsize=full parameter value is a premium feature for the TIME_SERIES_DAILY endpoint. You may subscribe to any of the premium plans at https://www.alphavantage.co/premium/ to instantly unlock all premium features",
  },
} as const;

export function alphaVantageStub(plan: AlphaVantagePlan): Promise<VendorStub> {
  return vendorStub((request) => plan.instead?.(request) ?? usual(plan, request.query));
}

function usual(plan: AlphaVantagePlan, query: StubRequest["query"]): StubAnswer {
  if (query.apikey !== KEY) return { json: sentences.badKey };
  const { symbol = "" } = query;
  const table = (columns: string, lines: readonly string[]): StubAnswer => ({
    text: [columns, ...lines, ""].join("\r\n"),
    headers: { "content-type": "application/x-download" },
  });
  const list = (
    names: readonly [string, string],
    pairs: readonly (readonly [string, string])[],
  ) => ({
    json: {
      symbol,
      status: "success",
      data: pairs.map(([day, value]) => ({ [names[0]]: day, [names[1]]: value, other: "None" })),
    },
  });
  switch (query.function) {
    case "TIME_SERIES_DAILY": {
      const lines = plan.daily[symbol];
      if (!lines) return { json: sentences.unknown };
      return table("timestamp,open,high,low,close,volume", lines);
    }
    case "SPLITS":
      return list(["effective_date", "split_factor"], plan.splits?.[symbol] ?? []);
    case "DIVIDENDS":
      return list(["ex_dividend_date", "amount"], plan.dividends?.[symbol] ?? []);
    case "SHARES_OUTSTANDING":
      return list(["date", "shares_outstanding_basic"], plan.shares?.[symbol] ?? []);
    case "OVERVIEW":
      return { json: plan.overview?.[symbol] ?? {} };
    default: {
      const lines = (query.state === "delisted" ? plan.delisted : plan.active) ?? [];
      return table("symbol,name,exchange,assetType,ipoDate,delistingDate,status", lines);
    }
  }
}
