/**
 * How far the work on a topic is behind its end, told as a figure while it is read: offsets from the first that is not done
 * with to the end, as Kafka's own tools count lag. It is asked of the brokers again and again, so it grows while a function
 * takes nothing.
 */
import type { Instruments } from "../../lib/metrics.ts";

export type KafkaLagOptions = Readonly<{
  topic: string;
  /** The offset behind the last record of each partition asked for. */
  ends: (partitions: readonly number[]) => Promise<ReadonlyMap<number, bigint>>;
  instruments: Pick<Instruments, "set">;
  everyMs?: number;
}>;

export type KafkaLag = Readonly<{
  /** The work on a partition goes on at an offset; what lies before is done with. */
  goesOnAt(partition: number, offset: bigint): void;
  /** Asks and tells now. Brokers that do not answer leave the figure as it was. */
  tell(): Promise<void>;
  /** Ends when what is under way has ended. */
  close(): Promise<void>;
}>;

const EVERY_MS = 1_000;

export function kafkaLag(options: KafkaLagOptions): KafkaLag {
  const { topic, ends, instruments, everyMs = EVERY_MS } = options;
  const next = new Map<number, bigint>();
  let telling: Promise<void> | undefined;

  async function tellOnce(): Promise<void> {
    if (next.size === 0) return;
    const found = await ends([...next.keys()]).catch(() => undefined);
    for (const [partition, end] of found ?? []) {
      // What was done with since the brokers answered must not make it negative.
      const lag = Math.max(0, Number(end - (next.get(partition) ?? end)));
      instruments.set("kafka_consumer_lag", { topic, partition: String(partition) }, lag);
    }
  }

  const tell = () => {
    telling ??= tellOnce().finally(() => {
      telling = undefined;
    });
    return telling;
  };
  const timer = setInterval(tell, everyMs).unref();

  return {
    goesOnAt(partition, offset) {
      next.set(partition, offset);
    },
    tell,
    async close() {
      clearInterval(timer);
      await telling;
    },
  };
}
