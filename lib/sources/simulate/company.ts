/** One simulated company, its listed lines and how a session moves them. */
import type { Brand } from "./names.ts";
import type { RandomStream } from "./random.ts";

export type SecurityType = "common" | "adr" | "preferred_or_debt" | "unit_warrant_right" | "fund";

/** One listed security of a company. Values of the last session it traded stand in it. */
export type Line = {
  readonly company: Company;
  /** "/A", "^A" and the like, behind the brand's ticker. */
  readonly suffix: string;
  readonly securityType: SecurityType;
  readonly primaryLine: 0 | 1;
  /** Price against the company's first line; a preferred has a price of its own. */
  readonly priceRatio: number;
  ticker: string;
  /** Before rounding to cents. */
  price: number;
  isTraded: boolean;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
};

export type Company = {
  readonly random: RandomStream;
  readonly issuer: string;
  readonly sector: number;
  readonly country: string;
  readonly exchange: string;
  /** What follows the brand in the name: "Semiconductors Inc.". */
  readonly tradeName: string;
  readonly beta: number;
  /** Daily standard deviation of what is the company's own. */
  readonly sigma: number;
  /** Session of the quarter, 0..62, on which it reports, and a week later goes ex dividend. */
  readonly phase: number;
  readonly splitAbove: number;
  readonly lines: Line[];
  brand: Brand;
  /** Of the first line, before rounding. */
  price: number;
  shares: number;
  hasCap: boolean;
  /** Per quarter and share, USD; 0 = pays none. */
  dividend: number;
  sessionsListed: number;
  haltSessions: number;
  split: { sessionsLeft: number; ratio: number } | undefined;
  /** How it will leave the market. A merger holds the price near its offer. */
  ending: { kind: "merger" | "bankruptcy"; sessionsLeft: number; finalPrice: number } | undefined;
};

export type MarketMove = Readonly<{ market: number; sectors: readonly number[] }>;

const PREFERRED_PAR_USD = 25;
const REPORT_SIGMA = 0.04;
export const QUARTER_SESSIONS = 63;
const LARGEST_MOVE = 0.5;

/** Moves price and shares by one session and fills in the lines. */
export function trade(company: Company, { market, sectors }: MarketMove): void {
  const { random } = company;
  let move = company.beta * market + sectors[company.sector]! + company.sigma * random.fatTailed();
  if (company.sessionsListed % QUARTER_SESSIONS === company.phase) {
    move += REPORT_SIGMA * random.normal();
    buyBack(company);
  }
  if (company.ending?.kind === "merger") move *= 0.03;
  if (company.ending?.kind === "bankruptcy") move = move * 3 - 0.06;
  const previous = company.price;
  company.price *= Math.exp(Math.max(-LARGEST_MOVE, Math.min(LARGEST_MOVE, move)));
  for (const line of company.lines) tradeLine(line, previous);
  company.sessionsListed++;
}

/** Shares change a little each quarter: most companies buy some back, some issue. */
function buyBack(company: Company): void {
  company.shares = Math.round(company.shares * (1 + company.random.between(-0.008, 0.003)));
}

function tradeLine(line: Line, companyBefore: number): void {
  const { company } = line;
  const { random } = company;
  const before = line.price;
  if (line.securityType === "preferred_or_debt") {
    line.price += 0.02 * (PREFERRED_PAR_USD - before) + 0.1 * random.normal();
    line.price = Math.max(0.05, line.price);
  } else {
    const ratio = line.primaryLine === 1 ? 1 : line.priceRatio * (1 + 0.001 * random.normal());
    line.price = company.price * ratio;
  }
  const dayMove = Math.log(company.price / companyBefore);
  const swing = 0.4 * company.sigma;
  const opening = before * Math.exp(0.4 * dayMove + swing * 0.5 * random.normal());
  line.close = cents(line.price);
  line.open = cents(opening);
  line.high = cents(Math.max(opening, line.price) * (1 + swing * Math.abs(random.normal())));
  line.low = cents(
    Math.min(opening, line.price) * (1 - swing * Math.min(1, Math.abs(random.normal()))),
  );
  const turnover = 0.004 * Math.exp(0.4 * random.normal()) * (1 + 12 * Math.abs(dayMove));
  line.volume = Math.round(company.shares * turnover * (line.primaryLine === 1 ? 1 : 0.3));
  line.isTraded = true;
}

/** The company's whole cap, which vendors print on each of its lines; NaN where the vendor has none yet. */
export function marketCap(company: Company): number {
  const first = company.lines[0]!;
  return company.hasCap && company.sessionsListed > CAP_DELAY_SESSIONS
    ? Math.round(first.close * company.shares)
    : Number.NaN;
}

/** Vendors know the shares of a new listing only after some sessions. */
const CAP_DELAY_SESSIONS = 2;

const cents = (price: number): number => Math.max(1, Math.round(price * 100)) / 100;

/** What a security is called in the vendor's lists. */
export function securityName({ company, securityType, suffix }: Line): string {
  const name = `${company.brand.name} ${company.tradeName}`;
  switch (securityType) {
    case "adr":
      return `${name} American Depositary Shares`;
    case "preferred_or_debt":
      return `${name} 5.75% Series A Preferred Stock`;
    case "fund":
      return name;
    case "unit_warrant_right":
      return `${name} Unit`;
    case "common":
      return suffix.startsWith("/")
        ? `${name} Class ${suffix.slice(1)} Common Stock`
        : `${name} Common Stock`;
  }
}
