/** Who is on the market: companies at the first session, by size, and later listings. */
import type { Company, Line, SecurityType } from "./company.ts";
import { type NameBook, SECTORS } from "./names.ts";
import { RandomStream } from "./random.ts";

const LARGEST_CAP_USD = 3e12;
/** Below it a company moves twice as much. */
const SMALL_CAP_USD = 5e9;
const FOREIGN = ["Netherlands", "Japan", "Canada", "Ireland", "Brazil", "Switzerland", "Taiwan"];
/** Lines in the market from which on the kinds that a universe must turn away are certain to be among the large. */
const ENOUGH_FOR_ALL_KINDS = 50;

type Kind = "plain" | "dual_class" | "with_preferred" | "adr" | "foreign" | "fund" | "unit";

/** A Pareto head that bends down: 3e12 for the first, 5e10 for the 100th, 2e9 for the 600th. */
export function capOfRank(rank: number): number {
  const x = Math.log(rank);
  return LARGEST_CAP_USD * Math.exp(-0.2354 * x - 0.1419 * x * x);
}

export class Founder {
  readonly #seed: number;
  readonly #names: NameBook;
  readonly #random: RandomStream;
  #founded = 0;

  constructor(seed: number, names: NameBook, random: RandomStream) {
    this.#seed = seed;
    this.#names = names;
    this.#random = random;
  }

  /** The companies of the first session, largest first, with `tickers` lines between them. */
  founders(tickers: number): Company[] {
    const companies: Company[] = [];
    for (let rank = 1, lines = 0; lines < tickers; rank++) {
      const kind = this.#kind(rank, tickers, tickers - lines);
      const cap = capOfRank(rank) * Math.exp(rank === 1 ? 0 : 0.12 * this.#random.normal());
      const company = this.#found(kind, cap, this.#random.below(SECTORS.length));
      if (!company) return companies;
      company.sessionsListed = 1000 + this.#random.below(252);
      companies.push(company);
      lines += company.lines.length;
    }
    return companies;
  }

  /** A company that lists for the first time; none when no name is left. */
  newcomers(cap: number, sector = this.#random.below(SECTORS.length)): Company[] {
    const company = this.#found("plain", cap, sector);
    return company ? [company] : [];
  }

  #kind(rank: number, tickers: number, linesLeft: number): Kind {
    const draw = this.#random.uniform();
    if (tickers >= ENOUGH_FOR_ALL_KINDS) {
      const fixed: Record<number, Kind> = {
        4: "dual_class",
        7: "fund",
        9: "adr",
        13: "with_preferred",
        16: "foreign",
        23: "dual_class",
        40: "unit",
      };
      if (fixed[rank]) return fixed[rank];
    }
    if (rank === 1 || linesLeft < 2) return "plain";
    if (draw < 0.02) return "dual_class";
    if (draw < 0.05) return "with_preferred";
    if (draw < 0.09) return "adr";
    if (draw < 0.12) return "foreign";
    if (draw < 0.15) return "fund";
    return draw < 0.16 ? "unit" : "plain";
  }

  #found(kind: Kind, cap: number, sector: number): Company | undefined {
    const brand = this.#names.next();
    if (!brand) return undefined;
    const random = new RandomStream(this.#seed, 1000 + this.#founded++);
    const isAbroad = kind === "adr" || kind === "foreign";
    const isFund = kind === "fund";
    const splitAbove = 250 * Math.exp(random.uniform() * Math.log(4));
    const typical = 60 * Math.exp(random.normal());
    const price = kind === "unit" ? 10 : Math.min(Math.max(typical, 6), splitAbove * 0.97);
    const company: Company = {
      random,
      issuer: `S${String(this.#founded).padStart(6, "0")}`,
      sector,
      country: isAbroad ? random.pick(FOREIGN) : "United States",
      exchange: isFund ? "amex" : random.uniform() < (sector < 3 ? 0.75 : 0.3) ? "nasdaq" : "nyse",
      tradeName: this.#tradeName(kind, sector),
      beta: isFund ? 1 : random.between(0.6, 1.5),
      sigma: isFund ? 0.002 : random.between(0.008, 0.022) * (cap < SMALL_CAP_USD ? 2 : 1),
      phase: random.below(63),
      splitAbove,
      lines: [],
      brand,
      price,
      shares: Math.max(1, Math.round(cap / price)),
      hasCap: kind !== "unit",
      dividend: random.uniform() < 0.55 ? price * random.between(0.0015, 0.009) : 0,
      sessionsListed: 0,
      haltSessions: 0,
      split: undefined,
      ending: undefined,
    };
    company.lines.push(...linesOf(company, kind));
    return company;
  }

  #tradeName(kind: Kind, sector: number): string {
    if (kind === "fund") return "Broad Market Index ETF";
    if (kind === "unit") return "Acquisition Corp.";
    return `${this.#names.trade(sector)} ${kind === "adr" || kind === "foreign" ? "plc" : "Inc."}`;
  }
}

function linesOf(company: Company, kind: Kind): Line[] {
  const line = (
    suffix: string,
    securityType: SecurityType,
    primaryLine: 0 | 1,
    ratio = 1,
  ): Line => ({
    company,
    suffix,
    securityType,
    primaryLine,
    priceRatio: ratio,
    ticker: company.brand.ticker + suffix,
    price: securityType === "preferred_or_debt" ? 25 : company.price * ratio,
    isTraded: false,
    open: 0,
    high: 0,
    low: 0,
    close: 0,
    volume: 0,
  });
  switch (kind) {
    case "dual_class":
      return [line("/A", "common", 1), line("/B", "common", 0, company.random.between(0.94, 1.03))];
    case "with_preferred":
      return [line("", "common", 1), line("^A", "preferred_or_debt", 0)];
    case "adr":
      return [line("", "adr", 1)];
    case "fund":
      return [line("", "fund", 1)];
    case "unit":
      return [line("", "unit_warrant_right", 1)];
    case "foreign":
    case "plain":
      return [line("", "common", 1)];
  }
}
