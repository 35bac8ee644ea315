/**
 * What kind of security a listing is, told from the vendor's name and the symbol alone, for markets without a
 * securities file. Of the phrases that name an instrument the first one in the name decides: "American Depositary
 * Shares each representing 10 Units" is a receipt, "Units each consisting of one share of common stock" is a unit.
 *
 * A name that names no instrument ("Berkshire Hathaway Inc.") counts as common stock unless its symbol says otherwise,
 * so notes and units that a vendor lists under the bare name of their issuer pass for common stock.
 */

export type SecurityType =
  | "common"
  | "adr"
  | "preferred_or_debt"
  | "unit_warrant_right"
  | "fund"
  | "when_issued";

/** `symbol` as exchanges and vendors write it: "BRK/A", "BAC^K", "TDW.WS.A". */
export type Listing = Readonly<{ symbol: string; name: string }>;

const WHEN_ISSUED = /\bwhen[- ]issued\b|\bex-distribution\b/i;

/** Marks after the root of a symbol: "BAC^K" and "BAC.PRK" are preferred, "TDW.WS.A" is a warrant, "LEN.WI" when issued. */
const SYMBOL_MARKS: readonly (readonly [RegExp, SecurityType])[] = [
  [/[./]W[ID]$/, "when_issued"],
  [/\^|[./]PR[A-Z]?$/, "preferred_or_debt"],
  [/[./](WS|WT|UN?|RT?)([./][A-Z])?$/, "unit_warrant_right"],
];

/** The fifth letter of a symbol at Nasdaq, which tells what the name of the issuer alone does not. */
const FIFTH_LETTERS: Readonly<Record<string, SecurityType>> = {
  M: "preferred_or_debt",
  N: "preferred_or_debt",
  O: "preferred_or_debt",
  P: "preferred_or_debt",
  R: "unit_warrant_right",
  U: "unit_warrant_right",
  V: "when_issued",
  W: "unit_warrant_right",
  Y: "adr",
};

/** Phrases that stand for an instrument; at one place in a name the first of the list that fits counts. */
const PHRASES: readonly (readonly [string, SecurityType])[] = [
  ["common (?:stock|shares?) purchase (?:warrant|right)s?", "unit_warrant_right"],
  ["common (?:stock|shares?) ad[rs]s?", "adr"],
  ["common (?:stock|shares?|units?)", "common"],
  ["ordinary shares?", "common"],
  ["capital stock", "common"],
  ["(?:voting|registered) shares?", "common"],
  // Companies in another legal form: their units are what shares are elsewhere.
  ["limited partner(?:ship)?(?: units?| interests?)?", "common"],
  ["(?:trust|stapled|class [a-z]) units?", "common"],
  ["units? (?:of beneficial|representing limited)", "common"],
  ["shares? of beneficial interests?", "common"],
  ["(?:american|global) deposit[ao]ry", "adr"],
  ["(?:un)?sponsored ad[rs]s?", "adr"],
  ["ad[rs]s?", "adr"],
  ["(?:new york|ny) registry shares?", "adr"],
  ["tangible equity units?", "unit_warrant_right"],
  ["dep(?:osit[ao]ry)? (?:shares?|shrs?|shs|interests?)", "preferred_or_debt"],
  ["pre(?:ferred|ference) (?:stock|shares?|units?|interests?|series|class)", "preferred_or_debt"],
  // Funds hold preferred securities and say so.
  ["preferred securities(?!.*\\bfund\\b)", "preferred_or_debt"],
  // "Bank Nova Scotia Halifax Pfd 3 Ordinary Shares" is the common stock of a bank.
  ["pfd(?! \\d+ ordinary)(?!.*\\bfund\\b)", "preferred_or_debt"],
  ["(?:non-)?cumulative", "preferred_or_debt"],
  ["mandatory convertible", "preferred_or_debt"],
  ["notes", "preferred_or_debt"],
  ["debentures?", "preferred_or_debt"],
  ["first mortgage bonds", "preferred_or_debt"],
  ["(?:junior|senior) subordinated", "preferred_or_debt"],
  ["capital (?:securities|trust [iv]+)", "preferred_or_debt"],
  ["(?:zones|strats|cabco|tr ctf|sr nt|perp)", "preferred_or_debt"],
  ["due (?:[a-z]+ )?(?:\\d{1,2} )?20\\d\\d", "preferred_or_debt"],
  ["\\d+(?:\\.\\d+)? ?%(?!.*\\bequity units?\\b)", "preferred_or_debt"],
  ["war+ants?", "unit_warrant_right"],
  ["rights?", "unit_warrant_right"],
  ["(?:(?:sub)?units?|uts|teus?|sail securities)", "unit_warrant_right"],
];

// A company may be called after an instrument ("Unit Corporation"), so no phrase begins a name.
const INSTRUMENT = new RegExp(
  `(?<=.)(?<![\\w-])(?:${PHRASES.map(([phrase]) => `(${phrase})`).join("|")})(?!\\w)`,
  "i",
);

const FUND = /fund\b|\b(?:etf|etns?|ishares|spdr)\b/i;
const TRUST = /\btrust\b/i;
/** What closed-end trusts say of themselves, and who runs them. */
const FUND_TRUST =
  /\b(?:municipals?|muni|income|bonds?|dividend|term|equity|value|opportunit(?:y|ies)|allocation|micro-cap|blackrock|nuveen|pimco|invesco|eaton vance|putnam|royce|gabelli|grayscale|sprott|mfs)\b/i;
/** Trusts that own property, lend on it, or pass on royalties are companies; so are banks. */
const COMPANY_TRUST =
  /\b(?:real estate|realty|reit|propert(?:y|ies)|mortgage|hotel|lodging|hospitality|timber|royalty|energy trust|banc\w*|bank\w*|trust (?:corp|company|financial))/i;

export function securityType({ symbol, name }: Listing): SecurityType {
  const instrument = instrumentIn(name);
  if (WHEN_ISSUED.test(name)) return "when_issued";
  const marked = SYMBOL_MARKS.find(([mark]) => mark.test(symbol.trim()))?.[1];
  // "GRP.U" is a company's stapled units, listed in USD.
  if (marked && !(marked === "unit_warrant_right" && instrument === "common")) return marked;
  if (instrument && instrument !== "common") return instrument;
  if (isFund(name)) return "fund";
  return instrument ?? fifthLetterOf(symbol.trim()) ?? "common";
}

/** What the first phrase that names an instrument says; `undefined` for the bare name of a company. */
export function instrumentIn(name: string): SecurityType | undefined {
  const groups = INSTRUMENT.exec(name.trim())?.slice(1) ?? [];
  return PHRASES[groups.findIndex((group) => group !== undefined)]?.[1];
}

const fifthLetterOf = (symbol: string): SecurityType | undefined =>
  /^[A-Z]{5}$/.test(symbol) ? FIFTH_LETTERS[symbol.charAt(4)] : undefined;

const isFund = (name: string): boolean =>
  FUND.test(name) || (TRUST.test(name) && FUND_TRUST.test(name) && !COMPANY_TRUST.test(name));
