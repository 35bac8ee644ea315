/**
 * Names and tickers of companies that do not exist. A brand is a first syllable and an ending ("Balquin"), its
 * ticker their consonants ("BAQN"). The endings are those whose two letters close no ticker of a real US listing.
 */
import type { RandomStream } from "./random.ts";

const CONSONANTS = "BCDFGHJKLMNPRSTVWXYZ";
const VOWELS = "aeiou";
const LINKS = "lrnmdv";

const ENDINGS =
  "QN:quin QD:quad QM:quam QE:que QY:quay QK:quik QA:qua ZK:zik ZM:zom ZD:zard ZT:zet ZP:zap ZC:zec ZG:zig " +
  "ZH:zah ZV:zev ZX:zax ZF:zuf XK:xik XV:xav XZ:xiz JR:jor JN:jan JL:jel JM:jem JS:jas JK:jak JX:jex " +
  "JV:jav JG:jag KV:kova HK:hok RJ:raj FZ:faz HZ:haz WF:wulf VJ:vaj";

export const SECTORS: readonly Readonly<{ name: string; trades: readonly string[] }>[] = [
  { name: "Technology", trades: ["Semiconductors", "Software", "Systems", "Networks", "Data"] },
  { name: "Communication", trades: ["Media", "Wireless", "Interactive"] },
  { name: "Health Care", trades: ["Therapeutics", "Biosciences", "Medical", "Pharma"] },
  { name: "Financials", trades: ["Bancorp", "Financial", "Insurance", "Capital"] },
  { name: "Consumer Discretionary", trades: ["Motors", "Retail", "Leisure", "Apparel"] },
  { name: "Consumer Staples", trades: ["Foods", "Beverages", "Household"] },
  { name: "Industrials", trades: ["Industries", "Aerospace", "Logistics", "Controls"] },
  { name: "Energy", trades: ["Energy", "Petroleum", "Midstream"] },
  { name: "Utilities", trades: ["Power", "Water", "Utilities"] },
  { name: "Materials", trades: ["Chemicals", "Metals", "Packaging"] },
  { name: "Real Estate", trades: ["Properties", "Residential", "Storage"] },
];

export type Brand = Readonly<{ name: string; ticker: string }>;

/** Hands out every brand once: four-letter tickers first, then five-letter ones. */
export class NameBook {
  readonly #random: RandomStream;
  readonly #left: Brand[];

  constructor(random: RandomStream) {
    this.#random = random;
    const all = allBrands();
    this.#left = [...shuffled(all.long, random), ...shuffled(all.short, random)];
  }

  /** `undefined` when all are taken. */
  next(): Brand | undefined {
    return this.#left.pop();
  }

  /** What a company of a sector calls its trade. */
  trade(sector: number): string {
    return this.#random.pick(SECTORS[sector]!.trades);
  }
}

/** Every brand there can be. */
export function allBrands(): { short: Brand[]; long: Brand[] } {
  const short: Brand[] = [];
  const long: Brand[] = [];
  const endings = ENDINGS.split(" ").map((pair) => pair.split(":") as [string, string]);
  for (const [row, consonant] of [...CONSONANTS].entries()) {
    for (const [column, vowel] of [...VOWELS].entries()) {
      for (const [letters, ending] of endings) {
        for (const [position, link] of [...LINKS].entries()) {
          const name = `${consonant}${vowel}${link}${ending}`;
          const start = `${consonant}${vowel}`.toUpperCase();
          const isShort = position === (row + column) % LINKS.length;
          if (isShort) short.push({ name, ticker: `${start}${letters}` });
          else long.push({ name, ticker: `${start}${link.toUpperCase()}${letters}` });
        }
      }
    }
  }
  return { short, long };
}

function shuffled<T>(items: T[], random: RandomStream): T[] {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.below(last + 1);
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
  return items;
}
