/** Gives this process S3, Kinesis and Redis as the settings say, and points its clients there. */
import { type Config, readConfig } from "../lib/config.ts";
import { loopback, type PartOptions } from "./embedded/parts.ts";
import { type Stack, startStack } from "./embedded/stack.ts";

/** An embedded S3, like LocalStack, takes these; clients refuse to sign without any. */
const CREDENTIALS = { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" };

/** How an embedded part runs; see {@link PartOptions}. */
export type Running = Pick<PartOptions, "appended" | "inThreads">;

type Environment = Record<string, string | undefined>;

/** What the user set; `undefined` for the address that only follows from the port. */
const given = (url: string | undefined, port: number) => (url === loopback(port) ? undefined : url);

/**
 * Reads the settings from `environment` and writes the addresses found back into it. Any stage but "local" has its
 * services elsewhere: nothing happens.
 * @throws AppError PORT_TAKEN or DEPENDENCY_DOWN as {@link startStack}
 */
export async function startLocal(
  environment: Environment,
  log: (line: string) => void,
  running: Running = {},
): Promise<Stack | undefined> {
  const settings: Config = readConfig(environment);
  if (settings.STAGE !== "local") return undefined;
  const stack = await startStack({
    home: settings.EQUIPOISE_HOME,
    s3Port: settings.S3_PORT,
    redisPort: settings.REDIS_PORT,
    s3Url: given(settings.AWS_ENDPOINT_URL_S3, settings.S3_PORT),
    redisUrl: given(settings.UPSTASH_REDIS_REST_URL, settings.REDIS_PORT),
    redisToken: settings.UPSTASH_REDIS_REST_TOKEN,
    buckets: [settings.BUCKET],
    streams:
      settings.EVENT_LOG === "kinesis"
        ? [settings.TICKS_STREAM, settings.ENRICHED_STREAM, settings.ORDERS_STREAM]
        : [],
    kinesisUrl:
      settings.AWS_ENDPOINT_URL_KINESIS === settings.AWS_ENDPOINT_URL_S3
        ? undefined
        : settings.AWS_ENDPOINT_URL_KINESIS,
    ...running,
    log,
  });
  if (!environment.AWS_ACCESS_KEY_ID) Object.assign(environment, CREDENTIALS);
  Object.assign(environment, {
    AWS_ENDPOINT_URL_S3: stack.s3.url,
    AWS_ENDPOINT_URL_KINESIS: stack.kinesis.url,
    UPSTASH_REDIS_REST_URL: stack.redis.url,
    UPSTASH_REDIS_REST_TOKEN: stack.redis.token,
  });
  return stack;
}
