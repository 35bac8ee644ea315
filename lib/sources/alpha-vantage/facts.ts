/** What Alpha Vantage says of securities and their shares, in our own form. */
import type { CorporateAction, SecurityRecord } from "../../ports.ts";
import { addDays } from "../../time.ts";
import { FIRST_DAY, LAST_DAY } from "../facts.ts";
import { isSpinoff, onOwnBasis } from "../vendor/split-basis.ts";
import type { SharesStatement } from "../vendor/told-shares.ts";
import { type Dated, type Listing, type Overview, VENDOR } from "./api.ts";

/** It writes a class with a hyphen (BRK-B) and a preferred with -P- (BAC-P-B). */
export function alphaVantageSymbol(ticker: string): string | undefined {
  const symbol = ticker
    .toUpperCase()
    .replace(/\^([A-Z])$/, "-P-$1")
    .replace(/[./](WS|UN?|[A-Z])$/, "-$1");
  // A longer suffix names an exchange abroad: TSCO.LON.
  return /^[A-Z0-9-]+$/.test(symbol) ? symbol : undefined;
}

export const actionsOf = (
  ticker: string,
  splits: readonly Dated[],
  dividends: readonly Dated[],
): CorporateAction[] => [
  ...splits.map(
    ({ date, value }): CorporateAction => ({
      date,
      ticker,
      action: isSpinoff(value) ? "spinoff" : "split",
      value,
    }),
  ),
  // Restated amounts were seen, and nothing is said of them; each split shows which they are.
  ...onOwnBasis(dividends, realSplits(splits), "shrinks", true).map(
    ({ date, value }): CorporateAction => ({
      date,
      ticker,
      action: "dividend",
      value: Number(value.toPrecision(7)),
    }),
  ),
];

export const realSplits = (splits: readonly Dated[]): Dated[] =>
  splits.filter(({ value }) => !isSpinoff(value));

const MONTHS =
  "January February March April May June July August September October November December";

/** Without the month in which its years end, every statement is taken for one that ends a year. */
export function statementsOf(
  shares: readonly Dated[],
  overview: Overview | undefined,
): SharesStatement[] {
  const lastMonth = MONTHS.split(" ").indexOf(overview?.FiscalYearEnd ?? "") + 1;
  return shares.map((figure) => ({
    ...figure,
    isYearEnd: lastMonth === 0 || Math.floor(figure.date / 100) % 100 === lastMonth,
    source: `${VENDOR} shares_outstanding_basic`,
  }));
}

/**
 * The users of one ticker, one after the other. What a company is comes from an overview, which there is only of the
 * present one.
 *
 * @param listings of one symbol
 */
export function securitiesOf(
  ticker: string,
  listings: readonly Listing[],
  overview: Overview | undefined,
): SecurityRecord[] {
  const lastDay = ({ delisted }: Listing) => delisted || LAST_DAY;
  const users = listings.toSorted((a, b) => lastDay(a) - lastDay(b));
  let free = FIRST_DAY;
  const records: SecurityRecord[] = [];
  for (const [at, user] of users.entries()) {
    const validFrom = at === 0 ? free : Math.max(free, user.listed);
    const validTo = lastDay(user);
    if (validTo < validFrom) continue;
    free = validTo === LAST_DAY ? LAST_DAY : addDays(validTo, 1);
    const isPresent = at === users.length - 1;
    records.push({
      ticker,
      validFrom,
      validTo,
      exchange: user.exchange || null,
      name: user.name || null,
      securityType: securityTypeOf(user),
      primaryLine: null,
      ...companyOf(isPresent ? overview : undefined),
    });
  }
  return records;
}

function companyOf(overview: Overview | undefined) {
  const { CIK = "", Country = "" } = overview ?? {};
  const cik = /^\d{1,10}$/.test(CIK ?? "") ? CIK!.padStart(10, "0") : null;
  const country = Country === "USA" ? "United States" : Country || null;
  // All lines of a company have its number.
  return { country: country === "None" ? null : country, issuer: cik, cik };
}

function securityTypeOf({ symbol, name, assetType }: Listing): string | null {
  if (assetType === "ETF") return "fund";
  if (assetType !== "Stock") return null;
  if (/-P(-[A-Z])?$/.test(symbol)) return "preferred_or_debt";
  if (/-(WS|UN?|R)$/.test(symbol)) return "unit_warrant_right";
  return /\b(ADR|ADS)\b/.test(name) ? "adr" : "common";
}
