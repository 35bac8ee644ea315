/** The vendors read over the network, by name. Each is imported when it is first asked for. */
import type { MarketSource } from "../source.ts";
import type { VendorWorld } from "./vendor-client.ts";

export const VENDORS = ["yahoo", "polygon", "alpha-vantage", "nasdaq-api"] as const;
export type VendorName = (typeof VENDORS)[number];

/** Who can say how many shares were outstanding, beside the source of prices. */
export const SHARES_SOURCES = ["sec-edgar"] as const;
export type SharesSource = (typeof SHARES_SOURCES)[number];

export type VendorRange = Readonly<{
  /** `undefined` = the whole market, where the vendor can give it. */
  tickers: readonly string[] | undefined;
  /** First and last day, YYYYMMDD. */
  from: number;
  to: number;
  /** The New York sessions of these days. */
  sessions: readonly number[];
  /**
   * Whether half of it is worth nothing: a session that was stored with some of its names counts as had, and nobody
   * would ask for the others again. Otherwise a vendor whose limit is used up gives what it gave until then.
   */
  isWhole?: boolean;
  /** CIK by ticker as far as it is known; asked for only when the SEC is. */
  ciks?: () => Promise<Readonly<Record<string, string>>>;
}>;

/** What the settings say of vendors. Addresses that are not given are the vendors' own. */
export type VendorAccess = Readonly<{
  polygonKey?: string | undefined;
  alphaVantageKey?: string | undefined;
  secContact?: string | undefined;
  urls: Readonly<Partial<Record<VendorName | SharesSource, string | undefined>>>;
}>;

export async function vendorSource(
  name: VendorName,
  range: VendorRange,
  access: VendorAccess,
  world: VendorWorld,
): Promise<MarketSource> {
  const source = await sourceOf(name, range, access, world);
  return range.tickers ? { ...source, asked: range.tickers } : source;
}

async function sourceOf(
  name: VendorName,
  range: VendorRange,
  { polygonKey, alphaVantageKey, urls }: VendorAccess,
  world: VendorWorld,
): Promise<MarketSource> {
  const url = urls[name];
  const options = { ...range, ...(url !== undefined && { baseUrl: url }) };
  switch (name) {
    case "yahoo":
      return (await import("./yahoo.ts")).yahoo(options, world);
    case "polygon":
      return (await import("./polygon.ts")).polygon({ ...options, key: polygonKey }, world);
    case "alpha-vantage":
      return (await import("./alpha-vantage.ts")).alphaVantage(
        { ...options, key: alphaVantageKey },
        world,
      );
    case "nasdaq-api":
      return (await import("./nasdaq-api.ts")).nasdaqApi(options, world);
  }
}

/** The same source with the shares outstanding that another one knows, in place of its own. */
export async function withShares(
  source: MarketSource,
  range: VendorRange,
  { secContact, urls }: VendorAccess,
  world: VendorWorld,
): Promise<MarketSource> {
  const url = urls["sec-edgar"];
  const { secEdgar } = await import("./sec-edgar.ts");
  const shares = secEdgar(
    { ...range, contact: secContact, ...(url !== undefined && { baseUrl: url }) },
    world,
  );
  return {
    ...source,
    // Rows judged with the shares of one source are no start for a load with those of another.
    ...(source.print !== undefined && { print: `${source.print}-sec-edgar` }),
    // Prices as traded are a matter of record; what could be hindsight are the shares.
    isPointInTime: shares.isPointInTime,
    facts: async () => {
      const [own, told] = [await source.facts(), await shares.facts()];
      return { ...own, shares: told.shares ?? [], rejected: [...own.rejected, ...told.rejected] };
    },
    failures: () => [...(source.failures?.() ?? []), ...(shares.failures?.() ?? [])],
  };
}
