/** The two parts of the local stack: where each belongs, how to recognise it and how to start it. */
import { AppError } from "../../lib/errors.ts";
import { type Appended, type PartSpec, type Started, startPart } from "./part-start.ts";
import { type Probed, probeRedis, probeS3 } from "./probe.ts";
import { startInThread } from "./threads.ts";

export type Part = Readonly<{
  url: string;
  /** Whether this process started it, so that closing the stack ends it. */
  embedded: boolean;
}>;

/** Everything that differs between the two parts. */
export type Wanted = Readonly<{
  name: "s3" | "redis";
  title: string;
  url: string;
  /** Where the embedded one listens; 0 takes a free port. */
  port: number;
  /** The setting that moves this part elsewhere. */
  setting: string;
  probe: (url: string) => Promise<Probed>;
  start: () => Promise<Started>;
}>;

export type PartOptions = Readonly<{
  /** Folder that holds the embedded parts' data and lock. */
  home: string;
  s3Port: number;
  redisPort: number;
  /** Addresses given by the user; they win over the ports. */
  s3Url?: string | undefined;
  redisUrl?: string | undefined;
  redisToken: string;
  /** Buckets an embedded S3 creates. */
  buckets: readonly string[];
  /** Streams the Kinesis beside it creates. */
  streams: readonly string[];
  appended?: Appended | undefined;
  /** Whether each part has a thread of its own; in the caller's by default. */
  inThreads?: boolean | undefined;
}>;

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export const loopback = (port: number) => `http://127.0.0.1:${port}`;

const portOf = ({ protocol, port }: URL) => Number(port || (protocol === "https:" ? 443 : 80));

/** Whether an embedded part could stand at this address. */
function isLocal(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && LOOPBACK.test(hostname);
}

/** The address of a part and the setting that gave it. */
function place(url: string | undefined, port: number, urlSetting: string, portSetting: string) {
  if (url === undefined) return { url: loopback(port), port, setting: portSetting };
  return { url, port: isLocal(url) ? portOf(new URL(url)) : port, setting: urlSetting };
}

export function wantedParts(options: PartOptions): Readonly<{ s3: Wanted; redis: Wanted }> {
  const { redisToken: token, home, buckets, streams, appended, inThreads = false } = options;
  const start = (spec: PartSpec) =>
    inThreads ? startInThread(spec, appended) : startPart(spec, appended);
  const s3 = place(options.s3Url, options.s3Port, "AWS_ENDPOINT_URL_S3", "S3_PORT");
  const redis = place(options.redisUrl, options.redisPort, "UPSTASH_REDIS_REST_URL", "REDIS_PORT");
  return {
    s3: {
      ...s3,
      name: "s3",
      title: "S3",
      probe: probeS3,
      start: () => start({ name: "s3", port: s3.port, home, buckets, streams }),
    },
    redis: {
      ...redis,
      name: "redis",
      title: "Redis",
      probe: (url) => probeRedis(url, token),
      start: () => start({ name: "redis", port: redis.port, token }),
    },
  };
}

/**
 * The part when it runs already; `undefined` when it has to be started.
 * @throws AppError PORT_TAKEN when something else is there; DEPENDENCY_DOWN when nothing is, on another host
 */
export async function located(part: Wanted): Promise<Part | undefined> {
  if (part.port === 0 && isLocal(part.url)) return undefined;
  const answer = await part.probe(part.url);
  if (answer.state === "running") return { url: part.url, embedded: false };
  if (answer.state === "foreign") throw foreign(part, answer);
  if (isLocal(part.url)) return undefined;
  throw new AppError(
    "DEPENDENCY_DOWN",
    `${part.title} at ${part.url} cannot be reached. Start it, or unset ${part.setting} to use the embedded one.`,
    { dependency: part.name, setting: part.setting },
  );
}

function foreign(
  { title, url, setting }: Wanted,
  { reason, isToken }: Extract<Probed, { state: "foreign" }>,
): AppError {
  const port = portOf(new URL(url));
  const where = isLocal(url) ? `Port ${port}` : `The address ${url}`;
  const advice = isToken
    ? "Set UPSTASH_REDIS_REST_TOKEN to the token it wants."
    : `Stop what is there, or change ${setting}.`;
  return new AppError("PORT_TAKEN", `${where} is meant for ${title}, but ${reason}. ${advice}`, {
    port,
    setting: isToken ? "UPSTASH_REDIS_REST_TOKEN" : setting,
  });
}
