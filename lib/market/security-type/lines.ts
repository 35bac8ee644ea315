/**
 * Which listings are lines of one company, and which of them stands for it, told from the names and symbols of one day.
 * Lines of a company carry one name but for their class. Tracking stocks keep what they track, so they are companies of
 * their own, as their market caps are.
 */
import { compareText } from "../../text.ts";
import { instrumentIn, type Listing, type SecurityType, securityType } from "../security-type.ts";

export type ClassifiedListing = Readonly<{
  symbol: string;
  securityType: SecurityType;
  /** The same text on all lines of a company; not a name for display. */
  issuer: string;
  /**
   * 1 = the line that stands for the company, 0 = its other lines of common stock or receipts, `null` = another kind of
   * security.
   */
  primaryLine: 0 | 1 | null;
}>;

type Line = Readonly<{
  symbol: string;
  /** "BRK" of "BRK/A". */
  root: string;
  securityType: SecurityType;
  company: string;
  /** "A" of "Class A" or of "BRK/A"; "" for a line that names none. */
  shareClass: string;
  /** Whether the name says nothing but the company. */
  isBareName: boolean;
}>;

/**
 * Lines that are traded more than those which the rules below would put before them: one share of Berkshire's class A
 * is 1,500 of its B, and of the other companies class A holds the votes and hardly changes hands.
 */
const TRADED_MORE: ReadonlySet<string> = new Set(
  "BRK/B BRK.B BF/B BF.B PARA VIAC LBRDK FWONK LSXMK BATRK LLYVK".split(" "),
);

/** Classifies the listings of one day; one entry for each, in the same order. */
export function classified(listings: readonly Listing[]): ClassifiedListing[] {
  const lines = listings.map(lineOf);
  const issuers = issuersOf(lines);
  const primary = new Map<string, Line>();
  for (const line of lines.filter(isEquity)) {
    const issuer = issuers.get(line)!;
    const first = primary.get(issuer);
    if (!first || byStanding(line, first) < 0) primary.set(issuer, line);
  }
  return lines.map((line) => {
    const issuer = issuers.get(line)!;
    const primaryLine = isEquity(line) ? (primary.get(issuer) === line ? 1 : 0) : null;
    return { symbol: line.symbol, securityType: line.securityType, issuer, primaryLine };
  });
}

const SHARE_CLASS = /\b(?:class|series)\s+([a-z])(?![\w-])/gi;
/** From the first words that name an instrument to the end; a company may be called after one. */
const INSTRUMENT_ON = new RegExp(
  `(?<=.)\\b(?:${[
    "comm+on ?(?:stock|shares?|units?)",
    "ordinary|capital stock|registered shares?|shares?\\b",
    "(?:subordinate |limited |non-)?voting",
    "(?:limited partnership |trust |corporate |equity )?units?\\b",
    "(?:american |global )?deposit[ao]ry|(?:un)?sponsored|ad[rs]s?\\b|dep sh",
    "preferred|preference|(?:non-)?cumulative|mandatory",
    "notes\\b|warrants?\\b|rights?\\b|\\d+(?:\\.\\d+)? ?%",
  ].join("|")}).*$`,
  "i",
);

/** The company a name speaks of, in lower case: without class, instrument and what stands in parentheses. */
export function companyOf(name: string): string {
  return name
    .trim()
    .replaceAll("&amp;", "&")
    .replace(/\([^)]*\)?/g, " ")
    .replace(SHARE_CLASS, " ")
    .replace(INSTRUMENT_ON, " ")
    .toLowerCase()
    .replace(/[^a-z0-9&]+/g, " ")
    .replace(/\bnew\s*$/, "")
    .trim();
}

function lineOf(listing: Listing): Line {
  const symbol = listing.symbol.trim();
  const [root = symbol, suffix = ""] = symbol.split(/[./^]/);
  const named = [...listing.name.matchAll(SHARE_CLASS)][0]?.[1] ?? "";
  return {
    symbol,
    root,
    securityType: securityType(listing),
    company: companyOf(listing.name),
    shareClass: (named || (suffix.length === 1 ? suffix : "")).toUpperCase(),
    isBareName: instrumentIn(listing.name) === undefined,
  };
}

const isEquity = ({ securityType: type }: Line): boolean => type === "common" || type === "adr";

const isBareSymbol = ({ symbol, root }: Line): boolean => symbol === root;

function issuersOf(lines: readonly Line[]): ReadonlyMap<Line, string> {
  const issuers = new Map<Line, string>();
  const roots = new Map(lines.filter(isBareSymbol).map((line) => [line.root, line]));
  const companies = Map.groupBy(lines, (line) => parentOf(line, roots).company);
  for (const [company, group] of companies) {
    const isApart = company === "" || areNamesakes(group);
    for (const line of group)
      issuers.set(line, isApart ? `${company} ${line.root}`.trim() : company);
  }
  return issuers;
}

/** "TAP.A" belongs to the company of "TAP", though the vendor may write their names differently. */
function parentOf(line: Line, roots: ReadonlyMap<string, Line>): Line {
  const parent = isBareSymbol(line) ? undefined : roots.get(line.root);
  const isOne = parent !== undefined && firstWord(parent) === firstWord(line);
  return isOne ? parent : line;
}

const firstWord = ({ company }: Line): string => company.split(" ", 1)[0]!;

/**
 * Whether companies share a name by chance: more than one line says it is the common stock, none has a class, and the
 * symbols are not related. First BanCorp (FBP) and First Bancorp (FBNC) are two banks.
 */
function areNamesakes(group: readonly Line[]): boolean {
  const equity = group.filter(isEquity);
  if (equity.some(({ shareClass }) => shareClass !== "")) return false;
  const named = equity.filter(({ isBareName }) => !isBareName);
  const roots = [...new Set(named.map(({ root }) => root))].sort(compareText);
  return roots.some((root) => !root.startsWith(roots[0]!));
}

/** The line that stands for its company comes first. */
function byStanding(a: Line, b: Line): number {
  return (
    Number(TRADED_MORE.has(b.symbol)) - Number(TRADED_MORE.has(a.symbol)) ||
    Number(isBareSymbol(b)) - Number(isBareSymbol(a)) ||
    // Beside a line that says it is the common stock, the bare name of the company is mostly that of a note or a unit.
    Number(isUnsaid(a)) - Number(isUnsaid(b)) ||
    compareText(a.shareClass, b.shareClass) ||
    a.symbol.length - b.symbol.length ||
    compareText(a.symbol, b.symbol)
  );
}

const isUnsaid = ({ isBareName, shareClass }: Line): boolean => isBareName && shareClass === "";
