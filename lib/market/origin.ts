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

/** A number for the name of a source, the same everywhere: bytes must not tell in which order sources came. */
export function sourceId(name: string): number {
  return 1 + (createHash("sha256").update(name).digest().readUInt16BE(0) % 32_000);
}
