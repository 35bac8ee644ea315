/**
 * The mappings of serverless.yml, run on this machine: logs, functions, destinations and positions where the local stack
 * has them.
 */
import { join } from "node:path";
import { s3Objects } from "../../lib/edge/s3.ts";
import { AppError } from "../../lib/errors.ts";
import { type Checkpoints, fileCheckpoints } from "./checkpoints.ts";
import { systemClock } from "./clock.ts";
import { destination } from "./destinations.ts";
import { type LambdaAddress, type LambdaPort, lambdaPort } from "./invocation.ts";
import { kinesisReader } from "./kinesis.ts";
import type { LogNews } from "./log-news.ts";
import type { LogReader } from "./log-reader.ts";
import type { Mapping } from "./mapping.ts";
import { type Runner, startRunner } from "./runner.ts";
import { mappingsOf, type Service } from "./serverless-mappings.ts";

/** Logs of Kafka, and positions that its tools are told of too. */
export type KafkaSupport = (
  brokers: readonly string[],
  checkpoints: Checkpoints,
) => Readonly<{ logOf: (mapping: Mapping) => LogReader; checkpoints: Checkpoints }>;

export type EventSourcesOptions = Readonly<{
  service: Service;
  lambda: LambdaAddress;
  /** Addresses and credentials, as the clients of AWS read them; KAFKA_BROKERS. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Folder of the local stack; positions lie in `event-sources` below it. */
  home: string;
  /** Of the event log, where it is in this process. */
  news?: LogNews | undefined;
  log: (line: string) => void;
  /** Loads what reads Kafka, when a function does. */
  kafka?: (() => Promise<KafkaSupport>) | undefined;
}>;

const LOOK_AGAIN_MS = 50;

function awsOf({ environment }: EventSourcesOptions) {
  const { AWS_REGION, AWS_ENDPOINT_URL_S3: s3 = "", AWS_ENDPOINT_URL_KINESIS } = environment;
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = environment;
  return {
    region: AWS_REGION || "us-east-1",
    s3,
    kinesis: AWS_ENDPOINT_URL_KINESIS || s3,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID || "test",
      secretAccessKey: AWS_SECRET_ACCESS_KEY || "test",
    },
  };
}

/** Where the logs of all mappings are, and where their positions are kept. */
async function logsOf(options: EventSourcesOptions, mappings: readonly Mapping[]) {
  const { region, kinesis: endpoint, credentials } = awsOf(options);
  const { environment, home, log, kafka, news } = options;
  const checkpoints = fileCheckpoints(join(home, "event-sources"), log);
  const ofKafka = mappings.find(({ source }) => source.kind !== "kinesis");
  const brokers = (environment.KAFKA_BROKERS || "127.0.0.1:9092").split(",");
  const support = ofKafka && (await kafka?.())?.(brokers, checkpoints);
  if (ofKafka && !support)
    throw new AppError("BAD_FILE", `serverless.yml: nothing here reads Kafka for ${ofKafka.id}`);
  return {
    brokers: brokers.join(","),
    checkpoints: support?.checkpoints ?? checkpoints,
    logOf: (mapping: Mapping): LogReader =>
      mapping.source.kind === "kinesis"
        ? kinesisReader({ stream: mapping.source.stream, region, endpoint, credentials, news })
        : support!.logOf(mapping),
  };
}

function destinationsOf(options: EventSourcesOptions) {
  const { region, s3: endpoint, credentials } = awsOf(options);
  const folder = join(options.home, "event-sources", "destinations");
  return (arn: string) =>
    destination(arn, {
      folder,
      putObject: (bucket, key, body) =>
        s3Objects({ bucket, endpoint, region, credentials }).put(key, body, {
          contentType: "application/json",
        }),
    });
}

async function whenUp(lambda: LambdaPort, stop: AbortSignal): Promise<void> {
  while (!stop.aborted && !(await lambda.isUp())) await systemClock.sleep(LOOK_AGAIN_MS, stop);
}

/**
 * Waits for nobody; records are read as soon as functions can be invoked, which under `serverless offline` no hook tells.
 * @returns `undefined` when no function reads a log
 * @throws AppError BAD_FILE for an event of serverless.yml that cannot be run here
 */
export async function startEventSources(options: EventSourcesOptions): Promise<Runner | undefined> {
  const mappings = mappingsOf(options.service, awsOf(options).region);
  if (mappings.length === 0) return undefined;
  const logs = await logsOf(options, mappings);
  const onFailureOf = destinationsOf(options);
  // A wrong destination is told now, and not when it is needed.
  for (const { onFailureArn } of mappings)
    if (onFailureArn !== undefined) onFailureOf(onFailureArn);
  const lambda = lambdaPort(options.lambda);
  const stop = new AbortController();
  const running = whenUp(lambda, stop.signal).then(() =>
    stop.signal.aborted
      ? undefined
      : startRunner({ ...logs, mappings, onFailureOf, invoke: lambda.invoke, log: options.log }),
  );
  return {
    async close(graceMs) {
      stop.abort();
      await (await running)?.close(graceMs);
      lambda.close();
    },
  };
}
