/**
 * The composition root: chooses what stands behind each port, by configuration, and keeps it warm for as long as the
 * process lives. Nothing is opened before it is first used. The stream and its feeds have files of their own beside it.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { config, roleCredentials } from "./config.ts";
import { redisConnections } from "./edge/access/connections.ts";
import { memoryCounters, redisCounters } from "./edge/access/counters.ts";
import { type KeyReader, keyReader } from "./edge/access/key-reader.ts";
import { type Limiter, limiter as limiterOver } from "./edge/access/limiter.ts";
import { redisSubscriptions } from "./edge/access/subscriptions.ts";
import { redisTickets } from "./edge/access/tickets.ts";
import { type ImageStore, imageStore } from "./edge/images.ts";
import { log } from "./edge/log.ts";
import { shareThrough } from "./edge/metrics/invocation.ts";
import { instruments } from "./edge/metrics/meter.ts";
import { ownOrShared } from "./edge/metrics/scrape.ts";
import { metricSharing } from "./edge/metrics/sharing.ts";
import { vendorFetch } from "./edge/metrics/vendor-fetch.ts";
import { once } from "./edge/once.ts";
import { cacheOver } from "./edge/redis.ts";
import { type RedisConnection, redisConnection } from "./edge/redis-connection.ts";
import { type S3Objects, s3Objects } from "./edge/s3.ts";
import { connectionPosts, type Posts } from "./edge/websocket.ts";
import { AppError } from "./errors.ts";
import type { Cache, MarketSource, ObjectFiles } from "./ports.ts";
import type { SourceOptions } from "./sources/market-source.ts";
import type { ComparedBars } from "./sources/stooq.ts";
import type { SharesSource, VendorName, VendorRange } from "./sources/vendors.ts";
import { LOCAL_CREDENTIALS, streamWorld } from "./world-stream.ts";

const MB = 1024 * 1024;

/** The store all buckets are in. */
function store() {
  const { AWS_REGION: region, AWS_ENDPOINT_URL_S3: endpoint } = config();
  return { region, ...(endpoint && { endpoint, credentials: LOCAL_CREDENTIALS }) };
}

const objects = once((): S3Objects => {
  const { BUCKET: bucket, S3_PUBLIC_URL: publicUrl } = config();
  return s3Objects({ ...store(), bucket, ...(publicUrl && { publicUrl }) });
});

const objectFiles = once(async (): Promise<ObjectFiles> => {
  const { s3Files } = await import("./edge/s3-files.ts");
  return s3Files(store());
});

const redis = once((): RedisConnection => {
  const { UPSTASH_REDIS_REST_URL: url = "", UPSTASH_REDIS_REST_TOKEN: token = "" } = config();
  return redisConnection({ url, token });
});

/** `undefined` where no Redis is set. */
const redisIfAny = () => (config().UPSTASH_REDIS_REST_URL === undefined ? undefined : redis());

const cache = once((): Cache => cacheOver(redis()));

const keys = once((): KeyReader => keyReader({ objects, nowMs: Date.now }));

/** Without a Redis at all each process counts for itself, and nothing waits for one. */
const limiter = once((): Limiter => {
  const shared = once(() => {
    const connection = redisIfAny();
    return connection && redisCounters(connection);
  });
  const own = memoryCounters({ nowMs: Date.now });
  return limiterOver({ shared, own, nowMs: Date.now });
});

const sharing = metricSharing({
  meter: instruments,
  connection: redisIfAny,
  nowMs: () => performance.now(),
});
shareThrough(sharing);

const tickets = redisTickets(redisIfAny);
const connections = redisConnections({ connection: redisIfAny, nowMs: Date.now });
const subscriptions = redisSubscriptions({ connection: redisIfAny, nowMs: Date.now });

/** One for each address, which is one: connections to it are kept. */
const postsTo = new Map<string, Posts>();

/** @param endpoint what an event says of it; a setting wins */
function posts(endpoint: string): Posts {
  const { STAGE, AWS_REGION: region, WEBSOCKET_ENDPOINT = endpoint } = config();
  const known = postsTo.get(WEBSOCKET_ENDPOINT);
  if (known) return known;
  const signing = STAGE === "local" ? undefined : { region, credentials: roleCredentials };
  const made = connectionPosts({ endpoint: WEBSOCKET_ENDPOINT, signing, nowMs: Date.now });
  postsTo.set(WEBSOCKET_ENDPOINT, made);
  return made;
}

const stream = streamWorld(redisIfAny);

const images = once((): ImageStore => {
  const { MAX_OPEN_IMAGE_MB, IMAGE_GRACE_MINUTES } = config();
  return imageStore({
    objects: objects(),
    writer: hostname(),
    nowMs: Date.now,
    random: Math.random,
    uuid: randomUUID,
    sleep: (ms) => sleep(ms),
    graceMs: IMAGE_GRACE_MINUTES * 60_000,
    maxOpenBytes: MAX_OPEN_IMAGE_MB * MB,
    lease: (key, ttlMs) => cache().lease(key, ttlMs),
    log: (event) => log("info", event.event, { ...event }),
  });
});

export const world = {
  get objects() {
    return objects();
  },
  get cache() {
    return cache();
  },
  /** The logs "ticks", "enriched" and "orders". */
  get eventLog() {
    return stream.eventLog();
  },
  get images() {
    return images();
  },
  /** Who may call, and how often. */
  get keys() {
    return keys();
  },
  get limiter() {
    return limiter();
  },
  /** Live connections: what opens them, whose they are, what they are told of, and how to post to them. */
  tickets,
  connections,
  subscriptions,
  posts,
  /** Where the shards of the stream stand, how they are stored, and how ticks become bars. */
  streamStates: stream.states,
  packing: stream.packing,
  get streamOptions() {
    return stream.options();
  },
  /** What a tick and a lot are in books to come. */
  get orderUnits() {
    const { ORDER_TICK_SIZE: tickSize, ORDER_LOT_SIZE: lotSize } = config();
    return { tickSize, lotSize };
  },
  get logNames() {
    return stream.logNames();
  },
  get alertSinks() {
    return stream.alertSinks();
  },
  instruments,
  /** What all processes have counted, as text for Prometheus. */
  exposition: (): Promise<string> => ownOrShared(instruments, sharing),
  randomBytes: (bytes: number): Uint8Array => randomBytes(bytes),
  nowMs: Date.now,
  /** A new id for a job that nobody named. */
  newId: randomUUID,
};

export type { SourceFiles, SourceName, SourceOptions } from "./sources/market-source.ts";
export type { SharesSource, VendorName, VendorRange } from "./sources/vendors.ts";

const vendorWorld = {
  fetch: vendorFetch(globalThis.fetch),
  nowMs: Date.now,
  sleep: (ms: number) => sleep(ms),
  random: Math.random,
};

/** Bars of Stooq, which may be compared and not stored. @throws AppError BAD_REQUEST without tickers */
export async function comparedBars(
  range: Readonly<{ tickers: readonly string[]; from: number; to: number }>,
): Promise<ComparedBars> {
  const { STOOQ_API_KEY: key, STOOQ_URL: baseUrl } = config();
  const { stooqBars } = await import("./sources/stooq.ts");
  return stooqBars({ ...range, key, ...(baseUrl !== undefined && { baseUrl }) }, vendorWorld);
}

/** A market asked of a vendor; `shares` names who tells the shares outstanding instead. */
export async function vendorMarket(
  name: VendorName,
  range: VendorRange,
  shares: SharesSource | "none",
): Promise<MarketSource> {
  const settings = config();
  const { vendorSource, withShares } = await import("./sources/vendors.ts");
  const access = {
    polygonKey: settings.POLYGON_API_KEY,
    alphaVantageKey: settings.ALPHA_VANTAGE_API_KEY,
    secContact: settings.SEC_CONTACT,
    urls: {
      yahoo: settings.YAHOO_URL,
      polygon: settings.POLYGON_URL,
      "alpha-vantage": settings.ALPHA_VANTAGE_URL,
      "nasdaq-api": settings.NASDAQ_URL,
      "sec-edgar": settings.SEC_EDGAR_URL,
    },
  };
  const source = await vendorSource(name, range, access, vendorWorld);
  return shares === "none" ? source : withShares(source, range, access, vendorWorld);
}

/**
 * A market to ingest. Not part of `world`, and imported late: the functions that only read carry no readers of files.
 *
 * @throws AppError BAD_FILE for files that are not there or may not be read, DEPENDENCY_DOWN
 */
export async function marketSource(options: SourceOptions): Promise<MarketSource> {
  const sources = await import("./sources/market-source.ts");
  if (options.source === "simulate") return sources.marketSource(options);
  const files = await sources.withObjects(options, await objectFiles());
  return sources.marketSource({ source: options.source, ...files });
}

const isVendor = (source: string): source is VendorName =>
  source === "yahoo" ||
  source === "polygon" ||
  source === "alpha-vantage" ||
  source === "nasdaq-api";

/**
 * What the scheduled ingestion reads, by the settings: the simulated market up to the last of `sessions`, going on
 * with the simulation that `origin` names, the files that are there, or a vendor.
 */
export async function scheduledSource({
  sessions,
  missing,
  origin,
  ciks,
}: Readonly<{
  sessions: readonly number[];
  /** Those of them that the market does not hold. */
  missing: readonly number[];
  origin: Readonly<{ seed: number; tickers: number }> | undefined;
  ciks: NonNullable<VendorRange["ciks"]>;
}>): Promise<MarketSource> {
  const settings = config();
  const { SOURCE: source, SIMULATE_SEED, SIMULATE_TICKERS } = settings;
  if (source === "simulate") {
    const { seed, tickers } = origin ?? { seed: SIMULATE_SEED, tickers: SIMULATE_TICKERS };
    return marketSource({ source, seed, tickers, sessions });
  }
  if (isVendor(source)) {
    const tickers = settings.SOURCE_TICKERS.length > 0 ? settings.SOURCE_TICKERS : undefined;
    const [from, to] = [missing[0]!, missing.at(-1)!];
    const range = { tickers, from, to, sessions: missing, isWhole: true, ciks };
    return vendorMarket(source, range, settings.SHARES);
  }
  if (source === "none" || settings.SOURCE_PATH.length === 0) {
    throw new AppError(
      "BAD_FILE",
      `SOURCE=${source} needs SOURCE_PATH: files or patterns to read, on disk or as s3://bucket/prefix/`,
      {
        setting: "SOURCE_PATH",
      },
    );
  }
  return marketSource({
    source,
    paths: settings.SOURCE_PATH,
    securities: settings.SOURCE_SECURITIES,
    actions: settings.SOURCE_ACTIONS,
    symbolChanges: settings.SOURCE_SYMBOL_CHANGES,
    captures: settings.SOURCE_CAPTURES,
  });
}
