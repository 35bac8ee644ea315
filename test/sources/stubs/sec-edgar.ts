/**
 * EDGAR on this machine: the lists of https://www.sec.gov/files/company_tickers.json and company_tickers_exchange.json,
 * and companyfacts of https://data.sec.gov, after https://www.sec.gov/edgar/sec-api-documentation. All numbers and
 * accession numbers are made by hand.
 */
import { type StubAnswer, type StubRequest, type VendorStub, vendorStub } from "./vendor-stub.ts";

export const CONTACT = "Example Research admin@example.com";

/** [end, value, filed] with what tells filings apart; the accession number follows from the day of the filing. */
export type Told = readonly [end: string, value: number, filed: string, form?: string];

export const accession = (filed: string): string =>
  `0000000000-${filed.slice(2, 4)}-${filed.slice(5).replace("-", "00")}`;

const entry = ([end, val, filed, form = "10-Q"]: Told) => ({
  end,
  val,
  accn: accession(filed),
  fy: Number(filed.slice(0, 4)),
  fp: "Q1",
  form,
  filed,
  frame: "CY2023Q1I",
});

const concept = (unit: string, told: readonly Told[]) => ({
  label: "a number",
  description: "of something",
  units: { [unit]: told.map(entry) },
});

export type CompanyTold = Readonly<{
  /** Of the cover page. */
  dei?: readonly Told[];
  /** Of the balance sheet. */
  gaap?: readonly Told[];
  /** Other numbers of filings, which tell no shares. */
  other?: readonly Told[];
}>;

export const companyFacts = ({ dei, gaap, other }: CompanyTold): unknown => ({
  cik: 1,
  entityName: "EXAMPLE INC",
  facts: {
    ...(dei && { dei: { EntityCommonStockSharesOutstanding: concept("shares", dei) } }),
    "us-gaap": {
      ...(gaap && { CommonStockSharesOutstanding: concept("shares", gaap) }),
      ...(other && { Assets: concept("USD", other) }),
    },
  },
});

export type EdgarPlan = Readonly<{
  /** [cik, name, ticker, exchange] */
  listed: readonly (readonly [number, string, string, string | null])[];
  /** Only in the list without exchanges. */
  plain?: readonly (readonly [number, string, string])[];
  companies: Readonly<Record<number, CompanyTold>>;
  instead?: (request: StubRequest) => StubAnswer | undefined;
}>;

/** The page for those who do not say who they are. */
export const UNDECLARED: StubAnswer = {
  status: 403,
  text: "<html><title>SEC.gov | Your Request Originates from an Undeclared Automated Tool</title></html>",
};
export const TOO_FAST: StubAnswer = {
  status: 403,
  text: "<html><title>SEC.gov | Request Rate Threshold Exceeded</title></html>",
};

export const edgarStub = (plan: EdgarPlan): Promise<VendorStub> =>
  vendorStub((request) => {
    if (!String(request.headers["user-agent"]).includes("@")) return UNDECLARED;
    return plan.instead?.(request) ?? usual(plan, request.path);
  });

function usual({ listed, plain = [], companies }: EdgarPlan, path: string): StubAnswer {
  if (path === "/files/company_tickers_exchange.json") {
    return { json: { fields: ["cik", "name", "ticker", "exchange"], data: listed } };
  }
  if (path === "/files/company_tickers.json") {
    const rows = plain.map(([cik, title, ticker]) => ({ cik_str: cik, ticker, title }));
    return { json: Object.fromEntries(rows.entries()) };
  }
  const cik = Number(/^\/api\/xbrl\/companyfacts\/CIK(\d{10})\.json$/.exec(path)?.[1]);
  const told = companies[cik];
  return told ? { json: companyFacts(told) } : { status: 404, text: "<Error>NoSuchKey</Error>" };
}
