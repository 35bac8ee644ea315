/** What the market stream stands on, chosen by configuration as lib/world.ts chooses for everything else. */
import { config } from "./config.ts";
import { kafkaLog } from "./edge/kafka.ts";
import { kinesisLog } from "./edge/kinesis.ts";
import { once } from "./edge/once.ts";
import type { RedisConnection } from "./edge/redis-connection.ts";
import { slackSink } from "./edge/slack.ts";
import { redisStreamStates } from "./edge/stream-states.ts";
import { webhookSink } from "./edge/webhook.ts";
import { zstd } from "./edge/zstd.ts";
import type { AlertSink, EventLog } from "./ports.ts";

/** Endpoints that are not AWS itself are local: they take any key, and these are the usual ones. */
export const LOCAL_CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

/** @throws Error when brokers are asked for and none are named */
function kafka(): EventLog {
  const { KAFKA_BROKERS: brokers } = config();
  const { KAFKA_TOPIC_TICKS: ticks, KAFKA_TOPIC_ENRICHED: enriched } = config();
  const { KAFKA_TOPIC_ORDERS: orders } = config();
  if (brokers === undefined)
    throw new Error("EVENT_LOG=kafka needs KAFKA_BROKERS: host:port, several separated by commas");
  return kafkaLog({ brokers, topics: { ticks, enriched, orders } });
}

function eventLog(): EventLog {
  if (config().EVENT_LOG === "kafka") return kafka();
  const { AWS_REGION: region, AWS_ENDPOINT_URL_KINESIS: endpoint } = config();
  const { TICKS_STREAM: ticks, ENRICHED_STREAM: enriched, ORDERS_STREAM: orders } = config();
  const credentials = endpoint === undefined ? undefined : LOCAL_CREDENTIALS;
  return kinesisLog({ region, endpoint, credentials, streams: { ticks, enriched, orders } });
}

/** How ticks become bars. */
function options() {
  const settings = config();
  return {
    windows: {
      sizesMs: settings.STREAM_WINDOWS,
      latenessMs: settings.STREAM_LATENESS_SECONDS * 1000,
      allowedLatenessMs: settings.STREAM_ALLOWED_LATENESS_SECONDS * 1000,
      correctableMs: settings.STREAM_CORRECTABLE_SECONDS * 1000,
    },
  };
}

/** The names that the logs have in events, where they are others. */
function logNames(): Readonly<Record<string, string>> {
  const { EVENT_LOG, TICKS_STREAM, ENRICHED_STREAM, ORDERS_STREAM } = config();
  const { KAFKA_TOPIC_TICKS, KAFKA_TOPIC_ENRICHED, KAFKA_TOPIC_ORDERS } = config();
  return EVENT_LOG === "kafka"
    ? {
        [KAFKA_TOPIC_TICKS]: "ticks",
        [KAFKA_TOPIC_ENRICHED]: "enriched",
        [KAFKA_TOPIC_ORDERS]: "orders",
      }
    : { [TICKS_STREAM]: "ticks", [ENRICHED_STREAM]: "enriched", [ORDERS_STREAM]: "orders" };
}

/** Where anomalies are told, by the settings; nowhere without an address. */
function alertSinks(): readonly AlertSink[] {
  const settings = config();
  const { SLACK_WEBHOOK_URL: slack, ALERT_WEBHOOK_URL: webhook } = settings;
  return [
    ...(slack === undefined ? [] : [slackSink({ url: slack })]),
    ...(webhook === undefined
      ? []
      : [webhookSink({ url: webhook, secret: settings.ALERT_WEBHOOK_SECRET })]),
  ];
}

/** @param redis `undefined` where none is set */
export const streamWorld = (redis: () => RedisConnection | undefined) => ({
  eventLog: once(eventLog),
  states: redisStreamStates(redis),
  packing: zstd,
  options: once(options),
  logNames: once(logNames),
  alertSinks: once(alertSinks),
});
