/**
 * Every setting there is, read from the environment once and frozen. No other file reads process.env.
 * A clone needs none of them: the defaults run the simulated market on the embedded S3 and Redis.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { parsePrecedence } from "./market/precedence.ts";
import { windowMs } from "./stream/window-name.ts";

/** What logs and traces call the whole of the functions. */
export const SERVICE = "equipoise";

const beside = (name: string) => fileURLToPath(new URL(`../${name}`, import.meta.url));

const whole = (min: number, max: number, fallback: number) =>
  z.coerce
    .number(`must be a whole number from ${min} to ${max}`)
    .int(`must be a whole number from ${min} to ${max}`)
    .min(min, `must be from ${min} to ${max}`)
    .max(max, `must be from ${min} to ${max}`)
    .default(fallback);
/** 0 lets the system choose a free port. */
const port = (fallback: number) => whole(0, 65_535, fallback);
/** Files or patterns, on disk or as s3://bucket/..., separated by commas. */
const files = z
  .string()
  .transform((text) => text.split(",").map((name) => name.trim()))
  .default([]);
/** Ranks of sources; none when empty. */
const precedence = z
  .string()
  .default("")
  .transform((text, context) => {
    try {
      return parsePrecedence(text);
    } catch (error) {
      const message = `must rank sources: ${(error as Error).message}`;
      context.issues.push({ code: "custom", message, input: text });
      return z.NEVER;
    }
  });
/** "1min,5min,15min" as ms. */
const windows = z
  .string()
  .default("1min,5min,15min")
  .transform((text, context) => {
    const sizesMs = text.split(",").map((name) => windowMs(name.trim()));
    if (sizesMs.every((sizeMs) => sizeMs !== undefined)) return sizesMs;
    const message = "must name windows such as 1min,5min,15min or 30s";
    context.issues.push({ code: "custom", message, input: text });
    return z.NEVER;
  });
const stream = (fallback: string) =>
  z
    .string()
    .regex(/^[a-zA-Z0-9_.-]{1,128}$/, "must be a stream name: 1 to 128 of a-z, A-Z, 0-9, _ . and -")
    .default(fallback);
/** Addresses of Kafka's brokers, separated by commas. */
const brokers = z
  .string()
  .regex(
    /^[^\s:,]+:\d{1,5}(,[^\s:,]+:\d{1,5})*$/,
    "must be host:port, or several separated by commas",
  )
  .transform((text) => text.split(","))
  .optional();
const topic = (fallback: string) =>
  z
    .string()
    .regex(/^[\w.-]{1,249}$/, "must be a topic of Kafka, 1 to 249 of a-z, A-Z, 0-9, ., _ and -")
    .default(fallback);
/** A step of prices or sizes, as text: a binary fraction would not be exactly a hundredth. */
const step = (fallback: string) =>
  z
    .string()
    .regex(/^(?=.*[1-9])\d{1,9}(\.\d{1,8})?$/, "must be a plain decimal above 0, such as 0.01")
    .default(fallback);
const url = z.url({ protocol: /^https?$/, error: "must be an http:// or https:// address" });
const socketUrl = z.url({ protocol: /^wss?$/, error: "must be a ws:// or wss:// address" });

/** Of somebody else's receiver: encrypted, except on this machine. What stands in it is a secret of its owner. */
const webhook = z.string().refine((text) => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isHere = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
  const isOpen = username === "" && password === "";
  return isOpen && (protocol === "https:" || (protocol === "http:" && isHere));
}, "must be an https:// address without user and password, or an http:// one of this machine");

const settings = z.object({
  /** "local" is the only stage with embedded parts; every other name means AWS. */
  STAGE: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,19}$/, "must be 1 to 20 of a-z, 0-9 and -, beginning with a letter")
    .default("local"),
  PORT: port(3000),
  WS_PORT: port(3001),
  LAMBDA_PORT: port(3002),
  S3_PORT: port(4566),
  REDIS_PORT: port(8079),
  EQUIPOISE_HOME: z.string().default(beside(".equipoise")),
  EQUIPOISE_SHARED: z.string().default(beside("../shared")),
  BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "must be an S3 bucket name, 3 to 63 characters")
    .default("equipoise"),
  AWS_REGION: z.string().default("us-east-1"),
  AWS_ENDPOINT_URL_S3: url.optional(),
  S3_PUBLIC_URL: url.optional(),
  UPSTASH_REDIS_REST_URL: url.optional(),
  UPSTASH_REDIS_REST_TOKEN: z.string().optional(),
  /** What takes the market's ticks and what is made of them. */
  EVENT_LOG: z.enum(["kinesis", "kafka"], "must be kinesis or kafka").default("kinesis"),
  AWS_ENDPOINT_URL_KINESIS: url.optional(),
  TICKS_STREAM: stream("ticks"),
  ENRICHED_STREAM: stream("enriched"),
  ORDERS_STREAM: stream("orders"),
  KAFKA_BROKERS: brokers,
  KAFKA_TOPIC_TICKS: topic("market.raw"),
  KAFKA_TOPIC_ENRICHED: topic("market.enriched"),
  KAFKA_TOPIC_ORDERS: topic("market.orders"),
  /** Where connections are posted to and ended, and so where clients connect. */
  WEBSOCKET_ENDPOINT: url.optional(),
  LIVE_CONNECTIONS_MAX: whole(1, 100_000, 20),
  CACHE_TTL_SECONDS: whole(1, 2_592_000, 86_400),
  MEMORY_CACHE_MB: whole(1, 1024, 32),
  EXPORT_LINK_SECONDS: whole(1, 900, 900),
  /** Whether callers need an API key. "open" is the default in stage "local" only. */
  ACCESS: z.enum(["open", "keys"], "must be open or keys").optional(),
  /** What the scheduled ingestion reads. Simulated rows are the default in stage "local" only. */
  SOURCE: z
    .enum(
      [
        "simulate",
        "csv",
        "nasdaq-screener",
        "yahoo",
        "polygon",
        "alpha-vantage",
        "nasdaq-api",
        "none",
      ],
      "must be simulate, csv, nasdaq-screener, yahoo, polygon, alpha-vantage, nasdaq-api or none",
    )
    .optional(),
  /** Tickers to ask a vendor for; the whole market when empty, where the vendor can give it. */
  SOURCE_TICKERS: files,
  /** Who tells shares outstanding beside the source of prices. */
  SHARES: z.enum(["sec-edgar", "none"], "must be sec-edgar or none").default("none"),
  POLYGON_API_KEY: z.string().optional(),
  ALPHA_VANTAGE_API_KEY: z.string().optional(),
  /** Of Stooq, which is compared with and never stored. */
  STOOQ_API_KEY: z.string().optional(),
  /** Of the feeds of the market stream. */
  FINAGE_API_KEY: z.string().optional(),
  ALPACA_API_KEY_ID: z.string().optional(),
  ALPACA_API_SECRET: z.string().optional(),
  FMP_API_KEY: z.string().optional(),
  /** Name and mail address, which the SEC asks of everybody who reads EDGAR by program. */
  SEC_CONTACT: z.string().optional(),
  /** Other addresses than the vendors' own: a proxy, or a stand-in for tests. */
  YAHOO_URL: url.optional(),
  POLYGON_URL: url.optional(),
  ALPHA_VANTAGE_URL: url.optional(),
  NASDAQ_URL: url.optional(),
  SEC_EDGAR_URL: url.optional(),
  STOOQ_URL: url.optional(),
  FMP_URL: url.optional(),
  POLYGON_WS_URL: socketUrl.optional(),
  ALPACA_WS_URL: socketUrl.optional(),
  /** Each account of Finage has one of its own, so there is no other. */
  FINAGE_WS_URL: socketUrl.optional(),
  /** What a feed may keep on disk while the log is away. */
  FEED_SPILL_MB: whole(1, 1_048_576, 512),
  /** Where anomalies are told: an incoming webhook of Slack, and any receiver of JSON. */
  SLACK_WEBHOOK_URL: webhook.optional(),
  ALERT_WEBHOOK_URL: webhook.optional(),
  /** What posts to the latter are signed with. */
  ALERT_WEBHOOK_SECRET: z.string().min(16, "must have at least 16 letters").optional(),
  ALERT_MIN_SEVERITY: z.enum(["high", "critical"], "must be high or critical").default("high"),
  SOURCE_PATH: files,
  SOURCE_SECURITIES: files,
  SOURCE_ACTIONS: files,
  SOURCE_SYMBOL_CHANGES: files,
  SOURCE_CAPTURES: files,
  /** Whose values of a day and ticker stand where several sources have some. */
  SOURCE_PRECEDENCE: precedence,
  SIMULATE_SEED: whole(0, 4_294_967_295, 7),
  SIMULATE_TICKERS: whole(1, 20_000, 600),
  /** Whether the quality gate judges what the scheduled ingestion and the command line read. */
  GATE: z.enum(["on", "off"], "must be on or off").default("on"),
  /** What `npm start` loads when there is no market yet. */
  FIRST_MARKET: z.enum(["simulate", "none"], "must be simulate or none").default("simulate"),
  MIN_DAYS: whole(1, 10_000, 30),
  MAX_OPEN_IMAGE_MB: whole(16, 8192, 512),
  IMAGE_GRACE_MINUTES: whole(2, 10_080, 60),
  /** Lengths of the stream's bars. A running stream keeps those it began with. */
  STREAM_WINDOWS: windows,
  STREAM_LATENESS_SECONDS: whole(0, 3600, 5),
  STREAM_ALLOWED_LATENESS_SECONDS: whole(0, 3600, 0),
  STREAM_CORRECTABLE_SECONDS: whole(0, 3600, 60),
  /** Steps of prices and sizes in new order books. A book keeps those it began with. */
  ORDER_TICK_SIZE: step("0.01"),
  ORDER_LOT_SIZE: step("1"),
  CORS_ORIGIN: z
    .union([z.literal("*"), url], "must be * or one http:// or https:// origin")
    .optional(),
  BUILD_ID: z.string().default("source"),
  LOG_LEVEL: z
    .enum(
      ["debug", "info", "warn", "error", "silent"],
      "must be debug, info, warn, error or silent",
    )
    .default("info"),
  /** Whether X-Ray is told of the invocations it samples. Powertools' Tracer reads the same name. */
  POWERTOOLS_TRACE_ENABLED: z.enum(["true", "false"], "must be true or false").default("true"),
});

type Settings = z.output<typeof settings>;
/** Defaults that follow from the stage are filled in. */
type ByStage = { SOURCE: NonNullable<Settings["SOURCE"]>; ACCESS: NonNullable<Settings["ACCESS"]> };
export type Config = Readonly<Settings & ByStage>;

/** The names of all settings, for the tests that compare them with the documentation. */
export const SETTINGS = Object.keys(settings.shape) as readonly (keyof Config)[];

const SECRETS: ReadonlySet<string> = new Set<keyof Config>([
  "UPSTASH_REDIS_REST_TOKEN",
  "POLYGON_API_KEY",
  "ALPHA_VANTAGE_API_KEY",
  "STOOQ_API_KEY",
  "FINAGE_API_KEY",
  "ALPACA_API_KEY_ID",
  "ALPACA_API_SECRET",
  "FMP_API_KEY",
  "SLACK_WEBHOOK_URL",
  "ALERT_WEBHOOK_URL",
  "ALERT_WEBHOOK_SECRET",
]);

/**
 * Reads the settings from an environment. An empty value counts as absent.
 * In stage "local" the endpoints that are not given are those of the embedded parts.
 * @throws Error naming every bad setting with its value and what would be right
 */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const given = Object.fromEntries(SETTINGS.map((name) => [name, environment[name] || undefined]));
  const parsed = settings.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const value = SECRETS.has(name) ? "hidden" : `"${given[name]}"`;
      return `  ${name} ${issue.message}, was ${value}`;
    });
    throw new Error(`${lines.length} bad setting(s):\n${lines.join("\n")}`);
  }
  const values = parsed.data;
  const isLocal = values.STAGE === "local";
  const byStage: ByStage = {
    SOURCE: values.SOURCE ?? (isLocal ? "simulate" : "none"),
    ACCESS: values.ACCESS ?? (isLocal ? "open" : "keys"),
  };
  if (!isLocal) return Object.freeze({ ...values, ...byStage });
  const s3Url = values.AWS_ENDPOINT_URL_S3 ?? `http://127.0.0.1:${values.S3_PORT}`;
  return Object.freeze({
    ...values,
    ...byStage,
    AWS_ENDPOINT_URL_S3: s3Url,
    // Local servers have both at one address.
    AWS_ENDPOINT_URL_KINESIS: values.AWS_ENDPOINT_URL_KINESIS ?? s3Url,
    UPSTASH_REDIS_REST_URL:
      values.UPSTASH_REDIS_REST_URL ?? `http://127.0.0.1:${values.REDIS_PORT}`,
    UPSTASH_REDIS_REST_TOKEN: values.UPSTASH_REDIS_REST_TOKEN ?? "local",
    // By name, as the local gateway listens by name, on whichever loopback address that is.
    WEBSOCKET_ENDPOINT: values.WEBSOCKET_ENDPOINT ?? `http://localhost:${values.WS_PORT}`,
    KAFKA_BROKERS: values.KAFKA_BROKERS ?? ["127.0.0.1:9092"],
  });
}

let current: Config | undefined;

/** The settings of this process, read at the first call. @throws Error when a setting is bad */
export function config(): Config {
  current ??= readConfig(process.env);
  return current;
}

/** Adds what a `.env` file beside package.json says to the environment; a variable that is set already wins. */
export function loadEnvironmentFile(path = beside(".env")): void {
  if (existsSync(path)) process.loadEnvFile(path);
}

/**
 * Whether X-Ray wants to know of this invocation, as the runtime says it: "Root=1-...;Parent=...;Sampled=1". Never locally.
 */
export function isTraced(): boolean {
  const { STAGE, POWERTOOLS_TRACE_ENABLED } = config();
  if (STAGE === "local" || POWERTOOLS_TRACE_ENABLED === "false") return false;
  // Without the folder of a function X-Ray's SDK would wait for segments that nobody opens.
  const { _X_AMZN_TRACE_ID = "", LAMBDA_TASK_ROOT } = process.env;
  return LAMBDA_TASK_ROOT !== undefined && /\bSampled=1\b/.test(_X_AMZN_TRACE_ID);
}

/** What Lambda signs requests with: the session of the function's role, for as long as this process lives. */
export function roleCredentials(): Readonly<{
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string | undefined;
}> {
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY)
    throw new Error("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set");
  return {
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    sessionToken: AWS_SESSION_TOKEN || undefined,
  };
}
