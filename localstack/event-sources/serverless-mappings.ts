/** Reads the `stream:`, `msk:` and `kafka:` events of the resolved serverless.yml, with the defaults the deployment has. */
import * as z from "zod";
import { AppError } from "../../lib/errors.ts";
import { ACCOUNT, type LocalArn, localArn, type Resources } from "./arn.ts";
import type { StartingPosition } from "./log-reader.ts";
import { type EventSource, type Mapping, sourceName } from "./mapping.ts";

/** What is read of the framework's `service`. */
export type Service = Readonly<{
  provider: Readonly<{ region?: string; timeout?: number }>;
  functions?: Readonly<
    Record<
      string,
      Readonly<{
        name?: string;
        timeout?: number;
        events?: readonly Readonly<Record<string, unknown>>[];
      }>
    >
  >;
  resources?: Readonly<{ Resources?: Resources }> | readonly Readonly<{ Resources?: Resources }>[];
}>;

/** Lambda's, where serverless.yml says nothing. */
const TIMEOUT_SECONDS = 6;
const STREAM_BATCH = 10;
const KAFKA_BATCH = 100;

const whole = (least: number, most: number) => z.number().int().min(least).max(most);
const starting = {
  startingPosition: z.enum(["LATEST", "TRIM_HORIZON", "AT_TIMESTAMP"]).default("TRIM_HORIZON"),
  startingPositionTimestamp: z.number().optional(),
  enabled: z.boolean().default(true),
  filterPatterns: z.array(z.unknown()).default([]),
};
const stream = z.strictObject({
  ...starting,
  arn: z.unknown(),
  type: z.enum(["kinesis", "dynamodb"]).optional(),
  batchSize: whole(1, 10_000).default(STREAM_BATCH),
  batchWindow: whole(0, 300).default(0),
  parallelizationFactor: whole(1, 10).default(1),
  maximumRetryAttempts: whole(-1, 10_000).default(-1),
  maximumRecordAgeInSeconds: z
    .number()
    .int()
    .refine(
      (seconds) => seconds === -1 || (seconds >= 60 && seconds <= 604_800),
      "must be -1 or from 60 to 604,800",
    )
    .default(-1),
  bisectBatchOnFunctionError: z.boolean().default(false),
  functionResponseType: z.literal("ReportBatchItemFailures").optional(),
  destinations: z.strictObject({ onFailure: z.unknown() }).optional(),
  tumblingWindowInSeconds: whole(0, 900).default(0),
  // Enhanced fan-out changes how soon records come, not which.
  consumer: z.unknown().optional(),
});
const kafkaLike = {
  ...starting,
  topic: z.string(),
  batchSize: whole(1, 10_000).default(KAFKA_BATCH),
  // AWS waits 500 ms where nothing is said; here records come at once.
  maximumBatchingWindow: whole(0, 300).default(0),
  onFailureDestination: z.unknown().optional(),
};
const SCHEMAS = {
  stream,
  msk: z.looseObject({ ...kafkaLike, arn: z.unknown() }),
  kafka: z.looseObject({ ...kafkaLike, bootstrapServers: z.array(z.string()).default([]) }),
};
type Kind = keyof typeof SCHEMAS;

/** Where an event stands. */
type Place = Readonly<{
  key: string;
  functionName: string;
  timeoutMs: number;
  region: string;
  resources: Resources;
}>;

const refusal = ({ key }: Place, kind: Kind, reason: string) =>
  new AppError("BAD_FILE", `serverless.yml, ${kind} event of function ${key}: ${reason}`);

function parsed<K extends Kind>(
  kind: K,
  event: unknown,
  place: Place,
): z.output<(typeof SCHEMAS)[K]> {
  const given = typeof event === "string" ? { arn: event } : event;
  const result = SCHEMAS[kind].safeParse(given);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw refusal(place, kind, `${issue?.path.join(".")} ${issue?.message}`);
  }
  const { filterPatterns, startingPosition, startingPositionTimestamp } = result.data;
  if (filterPatterns.length > 0)
    throw refusal(
      place,
      kind,
      "filterPatterns are not emulated; look at the records in the function instead",
    );
  if (startingPosition === "AT_TIMESTAMP" && startingPositionTimestamp === undefined)
    throw refusal(place, kind, "AT_TIMESTAMP needs startingPositionTimestamp");
  return result.data as z.output<(typeof SCHEMAS)[K]>;
}

const startOf = (event: z.output<z.ZodObject<typeof starting>>): StartingPosition =>
  event.startingPosition === "AT_TIMESTAMP"
    ? { timestampMs: (event.startingPositionTimestamp ?? 0) * 1000 }
    : event.startingPosition;

/** -1 stands for no bound. */
const bound = (value: number) => (value < 0 ? Number.POSITIVE_INFINITY : value);

function arnOf(arn: unknown, place: Place, service: string): LocalArn {
  const { region, resources, key } = place;
  return localArn(arn, { region, resources, service, of: `function ${key}` });
}

function destinationArn(onFailure: unknown, place: Place): string | undefined {
  if (onFailure === undefined) return undefined;
  const { arn = onFailure, type } = onFailure as { arn?: unknown; type?: string };
  return arnOf(arn, place, type ?? "sqs").text;
}

function common(place: Place, source: EventSource) {
  const { key, functionName, timeoutMs, region } = place;
  return {
    id: `${key}.${sourceName(source)}`,
    functionName,
    functionArn: `arn:aws:lambda:${region}:${ACCOUNT}:function:${functionName}`,
    timeoutMs,
    source,
  };
}

function streamMapping(given: unknown, place: Place): Mapping | undefined {
  const event = parsed("stream", given, place);
  if (!event.enabled) return undefined;
  const arn = arnOf(event.arn, place, event.type ?? "kinesis");
  if (arn.service !== "kinesis")
    throw refusal(place, "stream", `only streams of Kinesis are read, not of ${arn.service}`);
  if (event.tumblingWindowInSeconds > 0 && event.parallelizationFactor > 1)
    throw refusal(place, "stream", "tumblingWindowInSeconds needs parallelizationFactor 1");
  return {
    ...common(place, { kind: "kinesis", arn: arn.text, stream: arn.name }),
    start: startOf(event),
    batchSize: event.batchSize,
    batchWindowMs: event.batchWindow * 1000,
    lanes: event.parallelizationFactor,
    retriesMax: bound(event.maximumRetryAttempts),
    recordAgeMsMax: bound(event.maximumRecordAgeInSeconds) * 1000,
    isBisecting: event.bisectBatchOnFunctionError,
    isReportingFailures: event.functionResponseType !== undefined,
    tumblingWindowMs: event.tumblingWindowInSeconds * 1000,
    onFailureArn: destinationArn(event.destinations?.onFailure, place),
  };
}

function kafkaMapping(kind: "msk" | "kafka", given: unknown, place: Place): Mapping | undefined {
  const event = parsed(kind, given, place);
  if (!event.enabled) return undefined;
  const { topic } = event;
  const source: EventSource =
    "arn" in event
      ? { kind: "msk", arn: arnOf(event.arn, place, "kafka").text, topic }
      : { kind: "kafka", topic, bootstrapServers: event.bootstrapServers as string[] };
  return {
    ...common(place, source),
    start: startOf(event),
    batchSize: event.batchSize,
    batchWindowMs: event.maximumBatchingWindow * 1000,
    // Kafka's mappings have none of the rest but with pollers that are paid for.
    lanes: 1,
    retriesMax: Number.POSITIVE_INFINITY,
    recordAgeMsMax: Number.POSITIVE_INFINITY,
    isBisecting: false,
    isReportingFailures: false,
    tumblingWindowMs: 0,
    onFailureArn: destinationArn(event.onFailureDestination, place),
  };
}

function resourcesOf({ resources = {} }: Service): Resources {
  const list = Array.isArray(resources) ? resources : [resources];
  return Object.assign({}, ...list.map((one: { Resources?: Resources }) => one?.Resources));
}

/**
 * The mappings of all functions, those switched off left out.
 * @param region where serverless.yml names none
 * @throws AppError BAD_FILE for an event that cannot be run here, and says why
 */
export function mappingsOf(service: Service, region = "us-east-1"): readonly Mapping[] {
  const { provider } = service;
  const resources = resourcesOf(service);
  return Object.entries(service.functions ?? {}).flatMap(([key, definition]) => {
    const place: Place = {
      key,
      functionName: definition.name ?? key,
      timeoutMs: (definition.timeout ?? provider.timeout ?? TIMEOUT_SECONDS) * 1000,
      region: provider.region ?? region,
      resources,
    };
    return (definition.events ?? [])
      .flatMap((event) => [
        ...("stream" in event ? [streamMapping(event.stream, place)] : []),
        ...("msk" in event ? [kafkaMapping("msk", event.msk, place)] : []),
        ...("kafka" in event ? [kafkaMapping("kafka", event.kafka, place)] : []),
      ])
      .filter((mapping) => mapping !== undefined);
  });
}
