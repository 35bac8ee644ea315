/** What is true of a market as a whole: whether it is simulated, gated and point in time, and what may not mix in it. */
import { AppError } from "../errors.ts";
import { REFERENCE } from "../market/parts.ts";
import * as queries from "../market/queries.ts";
import type { Draft, Images, MarketSource } from "../ports.ts";

export type MarketFacts = Readonly<Record<string, string>>;

export async function factsOf(draft: Draft): Promise<MarketFacts | undefined> {
  if (!(REFERENCE in draft.parts())) return undefined;
  return queries.marketFacts((await draft.open(REFERENCE)).query);
}

export type LoadedShare = Readonly<{
  isGated: boolean;
  /** Whether every session of the market was touched by this load. */
  isAllOfIt: boolean;
}>;

/** What can be said after a load: a market is gated, and point in time, when every session of it is. */
export function factsAfter(
  before: MarketFacts | undefined,
  { kind, name, isPointInTime, origin }: MarketSource,
  { isGated, isAllOfIt }: LoadedShare,
): Record<string, string> {
  const wasPointInTime = (before?.point_in_time ?? "true") === "true";
  return {
    gate: isGated && (before?.gate === "on" || isAllOfIt) ? "on" : "off",
    kind,
    source: name,
    point_in_time: String(isPointInTime && (wasPointInTime || isAllOfIt)),
    ...(origin && { origin: JSON.stringify(origin) }),
  };
}

/** Simulated rows go into an empty market or into the one that the same simulation has made. */
export function rejectMixing(present: MarketFacts | undefined, source: MarketSource): void {
  if (!present || source.kind === "real") return;
  const hint = "use another EQUIPOISE_HOME or BUCKET, or empty this one with npm run reset";
  if (present.kind === "real") {
    throw new AppError(
      "MARKET_IS_REAL",
      "the market holds real data; simulated rows would mix with it",
      { hint },
    );
  }
  const asked = JSON.stringify(source.origin);
  if (asked === undefined || present.origin === asked) return;
  throw new AppError(
    "MARKET_EXISTS",
    `the market holds another simulation (${present.origin ?? "of unknown origin"}); this one is ${asked}`,
    { origin: JSON.parse(present.origin ?? "null"), asked: source.origin, hint },
  );
}

/**
 * Indices built on simulated prices go before the real market is published: a reader then finds either the old
 * pair or no index, never simulated levels over a real market.
 */
export async function dropIndices(images: Images, jobId: string): Promise<string[]> {
  const dropped: string[] = [];
  await images.commit(
    "index",
    { id: `drop:${jobId}`, note: "drop indices of the simulated market" },
    async (draft) => {
      for (const part of Object.keys(draft.parts())) {
        const [id] = part.split("/");
        if (part.includes("/") && !dropped.includes(id!)) dropped.push(id!);
        draft.drop(part);
      }
    },
  );
  return dropped.sort();
}
