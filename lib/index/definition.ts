/**
 * What an index is: its rules, their defaults, and the id that follows from them.
 * A definition never changes; other rules are another index.
 */
import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";

export type Rebalance = "daily" | "on_change" | "monthly" | "quarterly";
export type ReturnType = "price" | "total";
export type SecurityType =
  | "common"
  | "adr"
  | "preferred_or_debt"
  | "unit_warrant_right"
  | "fund"
  | "when_issued";

/** Wire form (snake_case), as POST /build-index takes it and GET /indices shows it. */
export type DefinitionParameters = Readonly<{
  /** Members held, largest market cap first. */
  size: number;
  /** Level on the first built day. */
  base_value: number;
  rebalance: Rebalance;
  return_type: ReturnType;
  /** Whether of several share classes of a company only one may enter. */
  one_per_issuer: boolean;
  /** Trading days for which a name without a price is carried at its last one. */
  max_stale_days: number;
  /** USD of each member at a rebalance; scales notional, shares and divisor, never a return. */
  notional_per_constituent: number;
  universe: Readonly<{
    countries: readonly string[];
    security_types: readonly SecurityType[];
  }>;
}>;

export type Definition = Readonly<{ id: string; parameters: DefinitionParameters }>;

export const DEFAULT_PARAMETERS: DefinitionParameters = {
  size: 100,
  base_value: 1000,
  rebalance: "daily",
  return_type: "price",
  one_per_issuer: true,
  max_stale_days: 5,
  notional_per_constituent: 1_000_000,
  universe: { countries: ["United States"], security_types: ["common"] },
};

export const DEFAULT_INDEX_ID = "top100-ew";

/** Canonical JSON: keys sorted, lists sorted and without repeats, so that equal rules are equal text. */
export function canonicalParameters(parameters: DefinitionParameters): string {
  const { universe, ...rules } = parameters;
  const sorted = (list: readonly string[]) => [...new Set(list)].sort();
  const all = {
    ...rules,
    universe: {
      countries: sorted(universe.countries),
      security_types: sorted(universe.security_types),
    },
  };
  return JSON.stringify(
    Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1))),
  );
}

/** The id rules get when nobody names them: top<size>-ew, plus 8 hex of their hash where more than the size differs. */
export function defaultId(parameters: DefinitionParameters): string {
  const short = `top${parameters.size}-ew`;
  const plain = canonicalParameters({ ...DEFAULT_PARAMETERS, size: parameters.size });
  const text = canonicalParameters(parameters);
  if (text === plain) return short;
  return `${short}-${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
}

export const SIZE_MAX = 3000;

/** The form of {@link defaultId}. */
const DEFAULT_FORM = /^top([1-9]\d{0,3})-ew(-[0-9a-f]{8})?$/;

/** The size in an id of that form; `undefined` for an id that no rules get by themselves. */
function sizeIn(id: string): number | undefined {
  const size = Number(DEFAULT_FORM.exec(id)?.[1] ?? Number.NaN);
  return size <= SIZE_MAX ? size : undefined;
}

/** The rules that an id means without being told them: "top50-ew" is the defaults with 50 members. */
export function impliedRules(id: string): DefinitionParameters | undefined {
  const size = sizeIn(id);
  if (size === undefined) return undefined;
  const parameters = { ...DEFAULT_PARAMETERS, size };
  return defaultId(parameters) === id ? parameters : undefined;
}

/**
 * Keeps the ids that rules get by themselves for those rules: under another's name an index would be taken for what
 * it is not, and the rightful one could never be built.
 *
 * @returns RESERVED_INDEX_ID, to be thrown unless these rules have held the id before; `undefined` when all is well
 */
export function borrowedId({ id, parameters }: Definition): AppError | undefined {
  const own = defaultId(parameters);
  if (id === own || sizeIn(id) === undefined) return undefined;
  const implied = impliedRules(id);
  const meaning = implied
    ? `stands for the default rules with ${implied.size} members`
    : "is of the form that rules get when nobody names them";
  return new AppError(
    "RESERVED_INDEX_ID",
    `the id "${id}" ${meaning}; these rules are "${own}": leave the id out, or choose one of another form`,
    { index: id, default_id: own, ...(implied && { parameters: implied }) },
  );
}
