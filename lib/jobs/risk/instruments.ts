/** What positions are in: securities of the market and indices that are built; and who is neither. */
import { AppError } from "../../errors.ts";
import { runOf } from "../../index/view.ts";
import { REFERENCE } from "../../market/parts.ts";
import * as market from "../../market/queries.ts";
import type { Images, Query, Snapshot } from "../../ports.ts";
import type { PositionRow } from "../../risk/queries.ts";
import type { PortfolioContent } from "../../schemas/risk.ts";
import { type NamedSecurity, securityNamed } from "../security-bars.ts";

/** A name that positions stand under, with what it means. */
export type Instrument =
  | Readonly<{ name: string; kind: "security"; security: NamedSecurity }>
  | Readonly<{ name: string; kind: "index" }>;

/** Where instruments are looked up. */
export type Places = Readonly<{
  /** `undefined` before a market was loaded. */
  reference: Query | undefined;
  indices: Snapshot;
}>;

export async function placesIn(marketSnapshot: Snapshot, indices: Snapshot): Promise<Places> {
  const isLoaded = REFERENCE in marketSnapshot.manifest.parts;
  return {
    reference: isLoaded ? (await marketSnapshot.open(REFERENCE)).query : undefined,
    indices,
  };
}

/**
 * What each name means, once. The underlying of an option is a security where one has had that ticker, else an index.
 *
 * @param on the day tickers are looked up for; their last holders when omitted
 * @throws AppError UNKNOWN_INSTRUMENT with every name that is neither
 */
export function instrumentsOf(
  { reference, indices }: Places,
  positions: readonly PositionRow[],
  on?: number,
): Instrument[] {
  const found = new Map<string, Instrument>();
  const symbols = new Set<string>();
  const ids = new Set<string>();
  const changes = reference ? market.symbolChanges(reference) : [];
  for (const { kind, name } of positions) {
    const known = found.get(name);
    if (known && (kind === "option" || (kind === "index") === (known.kind === "index"))) continue;
    const security = kind === "index" ? undefined : named(reference, name, on, changes);
    const isIndex = kind !== "stock" && isBuilt(indices, name);
    if (known) throw bothAtOnce(name);
    if (security) found.set(name, { name, kind: "security", security });
    else if (isIndex) found.set(name, { name, kind: "index" });
    else (kind === "index" ? ids : symbols).add(name);
  }
  if (symbols.size + ids.size > 0) throw unknown([...symbols].sort(), [...ids].sort());
  return [...found.values()];
}

type Changes = ReturnType<typeof market.symbolChanges>;

function named(
  reference: Query | undefined,
  ticker: string,
  on: number | undefined,
  changes: Changes,
): NamedSecurity | undefined {
  if (!reference) return undefined;
  try {
    return securityNamed(reference, ticker, on, changes);
  } catch (error) {
    if (error instanceof AppError && error.code === "UNKNOWN_SECURITY") return undefined;
    throw error;
  }
}

const isBuilt = ({ manifest }: Snapshot, id: string): boolean =>
  runOf(manifest.parts, id) !== undefined;

/** Prices stand by name: one that means two things would be valued as one of them. */
const bothAtOnce = (name: string) =>
  new AppError(
    "UNKNOWN_INSTRUMENT",
    `"${name}" is a symbol and an index; a portfolio may hold one of them`,
    { symbols: [name], indices: [name] },
  );

function unknown(symbols: readonly string[], indices: readonly string[]): AppError {
  const said = [
    ...(symbols.length > 0 ? [`no price was ever stored of ${symbols.join(", ")}`] : []),
    ...(indices.length > 0 ? [`there is no index ${indices.join(", ")}`] : []),
  ];
  return new AppError("UNKNOWN_INSTRUMENT", said.join("; "), { symbols, indices });
}

/** @throws AppError UNKNOWN_INSTRUMENT, also for a yield of what the portfolio does not stand on */
export async function refuseUnknownInstruments(
  images: Images,
  { positions, dividend_yields }: Pick<PortfolioContent, "positions" | "dividend_yields">,
): Promise<void> {
  // What was loaded or built a moment ago is known.
  const of = await images.snapshot("market", { revalidate: true });
  let indices: Snapshot | undefined;
  try {
    indices = await images.snapshot("index", { revalidate: true });
    const names = new Set(positions.map(({ name }) => name));
    const strange = Object.keys(dividend_yields).filter((name) => !names.has(name));
    if (strange.length > 0) {
      throw new AppError(
        "UNKNOWN_INSTRUMENT",
        `dividend_yields names ${strange.sort().join(", ")}, which no position is in`,
        { symbols: strange, indices: [] },
      );
    }
    instrumentsOf(await placesIn(of, indices), positions);
  } finally {
    of.release();
    indices?.release();
  }
}
