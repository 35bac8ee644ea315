/**
 * The screener of nasdaq.com on this machine: https://api.nasdaq.com/api/screener/stocks?tableonly=true&download=true.
 * It has no documentation; the form is that of the download button of
 * https://www.nasdaq.com/market-activity/stocks/screener. All numbers are made by hand.
 */
import { type StubAnswer, type StubRequest, type VendorStub, vendorStub } from "./vendor-stub.ts";

export type ScreenerRow = Readonly<Record<string, string>>;

export const row = (symbol: string, over: ScreenerRow = {}): ScreenerRow => ({
  symbol,
  name: `${symbol} Inc. Common Stock`,
  lastsale: "$10.50",
  netchange: "-0.25",
  pctchange: "-2.326%",
  volume: "1000",
  marketCap: "10500000000.00",
  country: "United States",
  ipoyear: "1999",
  industry: "Software",
  sector: "Technology",
  url: `/market-activity/stocks/${symbol.toLowerCase()}`,
  ...over,
});

const NO_MESSAGE = { rCode: 200, bCodeMessage: null, developerMessage: null };

export const listOf = (rows: readonly unknown[]): StubAnswer => ({
  json: {
    data: { asOf: null, headers: { symbol: "Symbol", name: "Name" }, rows },
    message: null,
    status: NO_MESSAGE,
  },
});

/** How it says no: status 200 and an error inside. */
export const refusal = (errorMessage: string): StubAnswer => ({
  json: {
    data: null,
    message: null,
    status: { rCode: 400, bCodeMessage: [{ code: 1001, errorMessage }], developerMessage: null },
  },
});

/** @param lists rows by exchange, in the vendor's capitals */
export function nasdaqApiStub(
  lists: Readonly<Record<string, readonly unknown[]>>,
  instead?: (request: StubRequest) => StubAnswer | undefined,
): Promise<VendorStub> {
  return vendorStub((request) => {
    const other = instead?.(request);
    if (other) return other;
    if (request.path !== "/api/screener/stocks") return { status: 404, text: "" };
    const list = lists[request.query.exchange ?? ""];
    return list ? listOf(list) : refusal("Exchange is not valid");
  });
}
