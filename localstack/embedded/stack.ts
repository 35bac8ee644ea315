/**
 * S3 and Redis for local runs, from whoever offers them: what answers at the configured addresses is used as it is
 * (LocalStack, serverless-redis-http, another process of ours); what does not is started in this process.
 */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../lib/errors.ts";
import { type HomeLock, type HomeOwner, homeOwner, lockPath, takeHome } from "./home.ts";
import { type Probed, probeRedis, probeS3 } from "./probe.ts";
import { LOCAL_TOKEN, startRedis } from "./redis/server.ts";
import { startS3 } from "./s3/server.ts";

export type StackOptions = Readonly<{
  /** Folder that holds the embedded parts' data and lock. */
  home: string;
  /** Where the embedded parts listen; 0 takes a free port. */
  s3Port: number;
  redisPort: number;
  /** Addresses given by the user; they win over the ports. */
  s3Url?: string | undefined;
  redisUrl?: string | undefined;
  /** "local" by default. */
  redisToken?: string | undefined;
  /** Buckets an embedded S3 creates. */
  buckets?: readonly string[];
  log: (line: string) => void;
}>;

export type Part = Readonly<{
  url: string;
  /** Whether this call started it, so that `close` ends it. */
  embedded: boolean;
}>;

export type Stack = Readonly<{
  s3: Part;
  redis: Part & Readonly<{ token: string }>;
  close: () => Promise<void>;
}>;

/** Everything that differs between the two parts. */
type Wanted = Readonly<{
  name: "s3" | "redis";
  title: string;
  url: string;
  port: number;
  /** The setting that moves this part elsewhere. */
  setting: string;
  probe: (url: string) => Promise<Probed>;
  start: (port: number) => Promise<Readonly<{ port: number; url: string; close(): Promise<void> }>>;
}>;

const STARTING_MS = 15_000;
const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0)$/;

const loopback = (port: number) => `http://127.0.0.1:${port}`;
const portOf = (url: string) => Number(new URL(url).port || 80);
const isLocal = (url: string) =>
  new URL(url).protocol === "http:" && LOOPBACK.test(new URL(url).hostname);

function wantedParts(options: StackOptions, token: string): readonly [Wanted, Wanted] {
  const { home, s3Port, redisPort, s3Url, redisUrl, buckets = [] } = options;
  return [
    {
      name: "s3",
      title: "S3",
      url: s3Url ?? loopback(s3Port),
      port: s3Url && isLocal(s3Url) ? portOf(s3Url) : s3Port,
      setting: s3Url ? "AWS_ENDPOINT_URL_S3" : "S3_PORT",
      probe: probeS3,
      start: (port) => startS3({ port, root: join(home, "s3"), buckets }),
    },
    {
      name: "redis",
      title: "Redis",
      url: redisUrl ?? loopback(redisPort),
      port: redisUrl && isLocal(redisUrl) ? portOf(redisUrl) : redisPort,
      setting: redisUrl ? "UPSTASH_REDIS_REST_URL" : "REDIS_PORT",
      probe: (url) => probeRedis(url, token),
      start: (port) => startRedis({ port, token }),
    },
  ];
}

function refusal({ title, url, setting }: Wanted, found: Extract<Probed, { state: "foreign" }>) {
  const place = isLocal(url) ? `Port ${portOf(url)}` : `The address ${url}`;
  const advice = found.isToken
    ? "Set UPSTASH_REDIS_REST_TOKEN to the token it wants."
    : `Stop it, or change ${setting}.`;
  return new AppError(
    "PORT_TAKEN",
    `${place} is meant for ${title}, but ${found.reason}. ${advice}`,
    { port: portOf(url), setting: found.isToken ? "UPSTASH_REDIS_REST_TOKEN" : setting },
  );
}

/**
 * @throws AppError PORT_TAKEN when something else listens where a part belongs, or when another process holds the
 * home and does not serve it; DEPENDENCY_DOWN when a configured address on another host does not answer
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const token = options.redisToken ?? LOCAL_TOKEN;
  const wanted = wantedParts(options, token);
  const found = await Promise.all(wanted.map((part) => located(part)));
  const missing = wanted.filter((_, at) => found[at] === undefined);
  const started =
    missing.length === 0 ? { urls: {}, close: async () => {} } : await provided(options, missing);
  const part = (at: 0 | 1): Part => {
    const here = found[at] ?? started.urls[wanted[at].name];
    return here ?? { url: wanted[at].url, embedded: false };
  };
  const stack = { s3: part(0), redis: { ...part(1), token }, close: started.close };
  for (const [at, { title }] of wanted.entries()) {
    const { url, embedded } = part(at as 0 | 1);
    options.log(`${title}: ${url} (${embedded ? "embedded" : "already running"})`);
  }
  return stack;
}

/** The part when it runs already; `undefined` when it is ours to start. */
async function located(part: Wanted): Promise<Part | undefined> {
  if (isLocal(part.url) && part.port === 0) return undefined;
  const answer = await part.probe(part.url);
  if (answer.state === "running") return { url: part.url, embedded: false };
  if (answer.state === "foreign") throw refusal(part, answer);
  if (isLocal(part.url)) return undefined;
  throw new AppError(
    "DEPENDENCY_DOWN",
    `${part.title} at ${part.url} cannot be reached. Start it, or unset ${part.setting} to use the embedded one.`,
    { dependency: part.name, setting: part.setting },
  );
}

type Provided = Readonly<{
  urls: Readonly<Partial<Record<Wanted["name"], Part>>>;
  close: () => Promise<void>;
}>;

/** Starts the missing parts, or joins the process that runs this home. */
async function provided(options: StackOptions, missing: readonly Wanted[]): Promise<Provided> {
  const { home } = options;
  let abandoned: HomeOwner | undefined;
  for (;;) {
    const taken = takeHome(home, { startedMs: Date.now(), abandoned });
    if ("lock" in taken) return startParts(taken.lock, missing);
    const joined = await join_(home, taken.owner, missing);
    if (joined) return joined;
    abandoned = homeOwner(home);
  }
}
