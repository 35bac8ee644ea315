/** Who delivered a row and how its market cap came about. */
import { createHash } from "node:crypto";

/**
 * How a market cap came about that is not simply as delivered.
 * `basis` is "shares" (close times the shares known by then) or the rule of the quality gate that was used.
 */
export type CapBasis = Readonly<{
  basis: string;
  /** The vendor's own cap, USD; `null` when it gave none. */
  delivered: number | null;
  /** The number of shares that was multiplied, and when it is of and became known. */
  shares: number | null;
  effectiveDate: number | null;
  knownAt: number | null;
  source: string | null;
}>;

/** Whose the values of a row are: a day may have its close of one source and its market cap of another. */
export type Origin = Readonly<{ close: string; volume: string; market_cap: string }>;

/** Stands for the source of rows that were stored before sources were noted. */
export const UNKNOWN_SOURCE = "unknown";

/** The whole row is of one source. */
export const originOfOne = (source: string): Origin => ({
  close: source,
  volume: source,
  market_cap: source,
});

/**
 * An origin as the name it has among the sources: that of the close, then what else is of another source, written like
 * a precedence: "polygon;market_cap:nasdaq-screener".
 */
export function originName({ close, volume, market_cap }: Origin): string {
  const others = Object.entries({ volume, market_cap }).filter(([, source]) => source !== close);
  return [close, ...others.map(([field, source]) => `${field}:${source}`)].join(";");
}

/** The origin that {@link originName} has named. */
export function originOf(name: string): Origin {
  const [close = "", ...others] = name.split(";");
  const named = Object.fromEntries(others.map((other) => other.split(":")));
  return { ...originOfOne(close), ...named };
}

/** Ids of plain sources end here: two bytes in every row. Those of several sources are many, and take four. */
const PLAIN_IDS = 32_000;
const MIXED_IDS = 2 ** 31 - 1 - PLAIN_IDS;

/** A number for the name of a source, the same everywhere: bytes must not tell in which order sources came. */
export function sourceId(name: string): number {
  const digest = createHash("sha256").update(name).digest();
  return name.includes(";")
    ? 1 + PLAIN_IDS + (digest.readUInt32BE(0) % MIXED_IDS)
    : 1 + (digest.readUInt16BE(0) % PLAIN_IDS);
}
