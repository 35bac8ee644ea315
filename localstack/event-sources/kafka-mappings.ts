/**
 * What the runner needs for mappings of Kafka: their logs, and checkpoints that their consumer groups are told of too. Only it
 * knows how far the work is behind a topic's end; it tells the figures of the functions, which run in the same process.
 */
import { instruments } from "../../lib/edge/metrics/meter.ts";
import type { Checkpoints } from "./checkpoints.ts";
import { type KafkaReader, kafkaReader } from "./kafka.ts";
import { type Mapping, sourceName } from "./mapping.ts";

/** How long a read at the end of a log waits at the broker: a record that comes is there at once. */
const WAIT_MS = 25;

export type KafkaMappings = Readonly<{
  logOf: (mapping: Mapping) => KafkaReader;
  checkpoints: Checkpoints;
}>;

/** @param brokers of all mappings, whatever those say of their clusters on AWS */
export function kafkaMappings(brokers: readonly string[], checkpoints: Checkpoints): KafkaMappings {
  const readers = new Map<string, KafkaReader>();
  return {
    logOf(mapping) {
      const topic = sourceName(mapping.source);
      const reader = kafkaReader({
        brokers,
        topic,
        group: mapping.id,
        waitMs: WAIT_MS,
        instruments,
      });
      readers.set(mapping.id, reader);
      return reader;
    },
    checkpoints: {
      read: checkpoints.read,
      keep(mappingId, shard, position) {
        checkpoints.keep(mappingId, shard, position);
        if (position.after !== undefined) readers.get(mappingId)?.settled(shard, position.after);
      },
      close: checkpoints.close,
    },
  };
}
