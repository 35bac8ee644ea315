/**
 * S3 with Kinesis, and Redis, for local runs, from whoever offers them: what answers at the configured addresses is used as it is
 * (LocalStack, serverless-redis-http, another process of ours); what does not is started in this process.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../lib/errors.ts";
import { type HomeLock, type HomeOwner, homeOwner, lockPath, takeHome } from "./home.ts";
import { ensureStreams } from "./kinesis/ensure.ts";
import type { Started } from "./part-start.ts";
import {
  located,
  loopback,
  type Part,
  type PartOptions,
  type Wanted,
  wantedParts,
} from "./parts.ts";
import { LOCAL_TOKEN } from "./redis/server.ts";

export type StackOptions = Readonly<
  Omit<PartOptions, "redisToken" | "buckets" | "streams"> & {
    /** "local" by default. */
    redisToken?: string | undefined;
    /** Buckets an embedded S3 creates; none by default. */
    buckets?: readonly string[];
    /** Streams of the event log, made where they are not there; none by default. */
    streams?: readonly string[];
    /** Another Kinesis than the one at the address of S3. */
    kinesisUrl?: string | undefined;
    /** Receives one line for each part. */
    log: (line: string) => void;
  }
>;

export type Stack = Readonly<{
  s3: Part;
  redis: Part & Readonly<{ token: string }>;
  /** At the address of S3, unless another was given. `hasStreams`: whether all that were wanted are there. */
  kinesis: Part & Readonly<{ hasStreams: boolean }>;
  /** Ends what this call started; what others run stays. */
  close: () => Promise<void>;
}>;

/** How long another process may take from locking the home to listening. */
const STARTING_MS = 15_000;
const LOOK_AGAIN_MS = 50;

/**
 * @throws AppError PORT_TAKEN when something else listens where a part belongs, or when another process holds the
 * home and does not serve it; DEPENDENCY_DOWN when a configured address on another host does not answer
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const { home, log, redisToken = LOCAL_TOKEN, buckets = [], streams = [] } = options;
  const wanted = wantedParts({ ...options, redisToken, buckets, streams: ownStreams(options) });
  const [s3, redis] = await Promise.all([located(wanted.s3), located(wanted.redis)]);
  const missing = [...(s3 ? [] : [wanted.s3]), ...(redis ? [] : [wanted.redis])];
  const provided = missing.length > 0 ? await provide(home, missing) : NOTHING;
  const parts = {
    s3: s3 ?? provided.parts.s3!,
    redis: { ...(redis ?? provided.parts.redis!), token: redisToken },
  };
  const origin = ({ embedded }: Part) => (embedded ? "embedded" : "already running");
  log(`S3     ${parts.s3.url} (${origin(parts.s3)})`);
  log(`Redis  ${parts.redis.url} (${origin(parts.redis)})`);
  const kinesis = await eventLog(parts.s3, options);
  if (streams.length > 0) log(`Log    ${kinesis.said}`);
  return { ...parts, kinesis: kinesis.part, close: provided.close };
}

/** What an embedded Kinesis makes: nothing when another one is to be used. */
const ownStreams = ({ kinesisUrl, streams = [] }: StackOptions) =>
  kinesisUrl === undefined ? streams : [];

/** The Kinesis to use, its streams made where others run it. One that is not there, or none, stops nothing but the stream. */
async function eventLog(s3: Part, { kinesisUrl, streams = [] }: StackOptions) {
  const part = kinesisUrl === undefined ? s3 : { url: kinesisUrl, embedded: false };
  const named = streams.join(", ");
  if (part.embedded)
    return { part: { ...part, hasStreams: true }, said: `${part.url} (embedded: ${named})` };
  const problem = streams.length > 0 ? await ensureStreams(part.url, streams) : undefined;
  const said = problem
    ? `none: ${part.url} has no Kinesis with the streams ${named}, ${problem}. ` +
      "Enable it there, or set AWS_ENDPOINT_URL_KINESIS."
    : `${part.url} (already running: ${named})`;
  return { part: { ...part, hasStreams: problem === undefined }, said };
}

type Provided = Readonly<{
  parts: Readonly<Partial<Record<Wanted["name"], Part>>>;
  close: () => Promise<void>;
}>;
const NOTHING: Provided = { parts: {}, close: async () => {} };

/** Starts the missing parts, or joins the process that runs this home. */
async function provide(home: string, missing: readonly Wanted[]): Promise<Provided> {
  let abandoned: HomeOwner | undefined;
  for (;;) {
    const taken = takeHome(home, { startedMs: Date.now(), abandoned });
    if ("lock" in taken) return started(taken.lock, missing);
    const owner = await listening(home, taken.owner);
    if (owner === undefined) continue;
    const parts = await joined(home, owner, missing);
    if (parts) return { parts, close: NOTHING.close };
    // Its pid lives on as another program: the ports it named are closed.
    abandoned = owner;
  }
}

async function started(lock: HomeLock, missing: readonly Wanted[]): Promise<Provided> {
  const running: Started[] = [];
  const close = async () => {
    await Promise.all(running.map((server) => server.close()));
    lock.release();
  };
  try {
    const parts: Partial<Record<Wanted["name"], Part>> = {};
    const ports: Record<Wanted["name"], number | null> = { s3: null, redis: null };
    for (const part of missing) {
      const server = await part.start();
      running.push(server);
      parts[part.name] = { url: server.url, embedded: true };
      ports[part.name] = server.port;
    }
    lock.publish(ports);
    return { parts, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Waits until the owner has said where it listens; `undefined` when it went away meanwhile. */
async function listening(home: string, first: HomeOwner): Promise<HomeOwner | undefined> {
  const giveUpMs = performance.now() + STARTING_MS;
  for (let owner = homeOwner(home); owner; owner = homeOwner(home)) {
    if (owner.nonce !== first.nonce) return undefined;
    if (owner.ports) return owner;
    if (performance.now() > giveUpMs) throw unusable(home, owner, "has not finished starting");
    await sleep(LOOK_AGAIN_MS);
  }
  return undefined;
}

/** The parts where the owner runs them; `undefined` when nobody listens there any more. */
async function joined(
  home: string,
  owner: HomeOwner,
  missing: readonly Wanted[],
): Promise<Provided["parts"] | undefined> {
  const parts: Partial<Record<Wanted["name"], Part>> = {};
  for (const { name, title, probe } of missing) {
    const port = owner.ports?.[name] ?? undefined;
    if (port === undefined) throw unusable(home, owner, `runs no ${title}`);
    const url = loopback(port);
    const answer = await probe(url);
    if (answer.state === "absent") return undefined;
    if (answer.state === "foreign") {
      throw unusable(home, owner, `does not serve ${title}: ${answer.reason}`);
    }
    parts[name] = { url, embedded: false };
  }
  return parts;
}

function unusable(home: string, { pid, ports }: HomeOwner, problem: string): AppError {
  const named = Object.entries(ports ?? {}).flatMap(([name, port]) =>
    port === null ? [] : [`${name} ${port}`],
  );
  const on = named.length > 0 ? ` on port ${named.join(" and ")}` : "";
  return new AppError(
    "PORT_TAKEN",
    `Process ${pid} holds ${lockPath(home)}${on}, but ${problem}. Stop it, or set EQUIPOISE_HOME to another folder.`,
    { pid, ports, setting: "EQUIPOISE_HOME" },
  );
}
