/**
 * A staged row meets the one that is stored of its day and ticker: each value stands or falls by the precedence. What
 * stands is put into the staged row, which then replaces the stored one as any other row does.
 */
import type { CapBasis, Origin } from "./origin.ts";
import {
  type Claim,
  type Precedence,
  RANKED_FIELDS,
  type RankedField,
  type Standing,
  standing,
} from "./precedence.ts";
import type { StagedRows } from "./staging.ts";

const RANGE = ["open", "high", "low", "close"] as const;

/** NaN = the value is not there. */
export type StoredRow = Readonly<
  Record<(typeof RANGE)[number] | "volume" | "marketCap", number> & {
    origin: Origin;
    /** How the market cap came about, when it is not as delivered. */
    basis: CapBasis | undefined;
  }
>;

export type Settled = Readonly<{
  /** Whose the values of the row are now. */
  origin: Origin;
  stands: Readonly<Record<RankedField, Standing["stands"]>>;
  /** Fields of which a higher source kept the arriving value out. */
  kept: readonly RankedField[];
}>;

/** @param source that delivers the staged row */
export function settleRow(
  rows: StagedRows,
  position: number,
  source: string,
  stored: StoredRow,
  precedence: Precedence,
): Settled {
  const verdicts = verdictsOf(rows, position, source, stored, precedence);
  const isKept = (field: RankedField) => verdicts[field].stands === "stored";
  const { values, basis } = rows;
  if (isKept("close")) for (const name of RANGE) values[name][position] = stored[name];
  if (isKept("volume")) values.volume[position] = stored.volume;
  if (isKept("market_cap")) {
    values.marketCap[position] = stored.marketCap;
    if (stored.basis) basis.set(position, stored.basis);
    else basis.delete(position);
  }
  // A cap from shares is the close that stands times them, whoever delivered that close.
  const shares = sharesOf(basis.get(position));
  if (shares) values.marketCap[position] = values.close[position]! * shares.count;
  return {
    origin: originNow(rows, position, (field) => (isKept(field) ? stored.origin[field] : source)),
    stands: {
      close: verdicts.close.stands,
      volume: verdicts.volume.stands,
      market_cap: verdicts.market_cap.stands,
    },
    kept: RANKED_FIELDS.filter((field) => isKept(field) && RANKED.has(verdicts[field].reason)),
  };
}

/** Nobody is named for a value that is not there. */
function originNow(
  { values, basis }: StagedRows,
  position: number,
  from: (field: RankedField) => string,
): Origin {
  const close = from("close");
  const isSaid = isVendors(values.marketCap[position]!, basis.get(position));
  return {
    close,
    volume: Number.isNaN(values.volume[position]) ? close : from("volume"),
    market_cap: isSaid ? from("market_cap") : close,
  };
}

/** Whether a vendor has said anything of a market cap; what follows from shares alone is nobody's in particular. */
const isVendors = (cap: number, basis: CapBasis | undefined): boolean =>
  !Number.isNaN(cap) && !(sharesOf(basis) && basis?.delivered === null);

/** Reasons by which a value that is there was kept out. */
const RANKED: ReadonlySet<string> = new Set<Standing["reason"]>(["precedence", "listed"]);

function verdictsOf(
  { values, basis }: StagedRows,
  position: number,
  source: string,
  stored: StoredRow,
  precedence: Precedence,
): Readonly<Record<RankedField, Standing>> {
  const said = (field: RankedField, value: number): Claim => ({
    source: stored.origin[field],
    value,
  });
  const close = { source, value: values.close[position]! };
  const volume = { source, value: values.volume[position]! };
  const cap = claimOf(source, values.marketCap[position]!, basis.get(position));
  const storedCap = claimOf(stored.origin.market_cap, stored.marketCap, stored.basis);
  return {
    close: verdict(precedence, "close", said("close", stored.close), close),
    volume: verdict(precedence, "volume", said("volume", stored.volume), volume),
    market_cap: capVerdict(precedence, storedCap, cap),
  };
}

type CapClaim = Readonly<{
  vendor: string;
  /** Whose word the cap is: the vendor's, or that of whoever told the shares it was multiplied from. */
  teller: string;
  value: number;
  /** What the vendor says beside a cap from shares. */
  beside: Claim | undefined;
}>;

function claimOf(vendor: string, value: number, basis: CapBasis | undefined): CapClaim {
  const shares = sharesOf(basis);
  if (!shares) return { vendor, teller: vendor, value, beside: undefined };
  const beside = { source: vendor, value: basis!.delivered };
  return { vendor, teller: shares.teller, value, beside };
}

function capVerdict(precedence: Precedence, stored: CapClaim, offered: CapClaim): Standing {
  if (stored.teller === offered.teller) return ofOneTeller(precedence, stored, offered);
  // A cap of 0 is as good as none, and more than nothing only where nobody has one.
  const isKnown = stored.value > 0 || offered.value > 0;
  const [before, now] = [stored, offered].map(({ teller, value }) => ({
    source: teller,
    value: isKnown && !(value > 0) ? Number.NaN : value,
  }));
  return verdict(precedence, "market_cap", before!, now!);
}

/** One of the two may be what the teller prints itself; the other then follows from the shares it tells. */
function ofOneTeller(precedence: Precedence, stored: CapClaim, offered: CapClaim): Standing {
  // Beside shares that stand alone no vendor is noted.
  if (stored.vendor === offered.vendor && stored.beside?.value !== null) return CORRECTED;
  if (stored.beside && offered.beside) {
    // The same shares, the same cap: the two differ in what their vendors say beside it.
    if (stored.beside.value === null) return CORRECTED;
    return verdict(precedence, "market_cap", stored.beside, offered.beside);
  }
  const printed = stored.beside ? offered : stored;
  const isStored = printed.value > 0 === (printed === stored);
  return { stands: isStored ? "stored" : "offered", reason: "absent" };
}

const CORRECTED: Standing = { stands: "offered", reason: "correction" };

/** What a source says again it corrects, also by leaving it out. */
const verdict = (
  precedence: Precedence,
  field: RankedField,
  stored: Claim,
  offered: Claim,
): Standing =>
  stored.source === offered.source ? CORRECTED : standing(precedence, field, stored, offered);

type Shares = Readonly<{ count: number; teller: string }>;

/** The shares a cap was multiplied from; who told them is the first word of where they were told. */
function sharesOf(basis: CapBasis | undefined): Shares | undefined {
  if (basis?.basis !== "shares" || basis.shares === null || basis.source === null) return undefined;
  return { count: basis.shares, teller: basis.source.split(" ")[0]! };
}
