/**
 * Tells a consumer group of Kafka how far it has come, where Kafka's own tools look for lag. In the background and not
 * at every record; one that is not told is told the next time, and nobody begins where the group stands.
 */
import { Admin } from "@platformatic/kafka";

type AdminOptions = ConstructorParameters<typeof Admin>[0];

const EVERY_MS = 500;

export type GroupOffsets = Readonly<{
  /** Everything up to an offset of a partition is done with. */
  settled(partition: number, through: bigint): void;
  /** Tells what is left to tell. */
  close(): Promise<void>;
}>;

export function groupOffsets(client: AdminOptions, group: string, topic: string): GroupOffsets {
  /** By partition: the offset that comes next. */
  const untold = new Map<number, bigint>();
  let admin: Admin | undefined;
  let timer: NodeJS.Timeout | undefined;
  let telling = Promise.resolve();

  async function tell(): Promise<void> {
    if (untold.size === 0) return;
    admin ??= new Admin(client);
    const partitionOffsets = [...untold].map(([partition, offset]) => ({ partition, offset }));
    untold.clear();
    try {
      const topics = [{ name: topic, partitionOffsets }];
      await admin.alterConsumerGroupOffsets({ groupId: group, topics });
    } catch {
      for (const { partition, offset } of partitionOffsets)
        if (!untold.has(partition)) untold.set(partition, offset);
    }
  }

  const tellSoon = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      telling = telling.then(tell);
    }, EVERY_MS);
  };

  return {
    settled(partition, through) {
      untold.set(partition, through + 1n);
      tellSoon();
    },
    async close() {
      clearTimeout(timer);
      await telling;
      await tell();
      await admin?.close();
    },
  };
}
