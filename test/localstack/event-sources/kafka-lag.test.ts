// The lag of Kafka as a figure; against a real broker in test/real/kafka.test.ts.
import { describe, expect, it } from "vitest";
import { meter } from "../../../lib/edge/metrics/meter.ts";
import { kafkaLag } from "../../../localstack/event-sources/kafka-lag.ts";

/** Partitions with so many records each. */
function log(...counts: number[]) {
  const figures = meter();
  const state = { counts, isAway: false, asked: 0 };
  const lag = kafkaLag({
    topic: "market.raw",
    ends: async (partitions) => {
      state.asked++;
      if (state.isAway) throw new Error("no broker answers");
      return new Map(partitions.map((partition) => [partition, BigInt(state.counts[partition]!)]));
    },
    instruments: figures,
    everyMs: 5,
  });
  const told = () =>
    [...figures.gauges()].map(({ name, values, value }) => `${name} ${values.join(" ")} ${value}`);
  return { lag, state, told };
}

describe("the lag of a topic", () => {
  it("is what lies between the next offset and the end, by partition", async () => {
    const { lag, told } = log(10, 4);
    lag.goesOnAt(0, 3n);
    lag.goesOnAt(1, 4n);
    await lag.tell();
    expect(told()).toEqual([
      "kafka_consumer_lag market.raw 0 7",
      "kafka_consumer_lag market.raw 1 0",
    ]);
    await lag.close();
  });

  it("is not told of a partition nobody has begun to read", async () => {
    const { lag, state, told } = log(10);
    await lag.tell();
    expect([state.asked, told()]).toEqual([0, []]);
    await lag.close();
  });

  it("grows by itself while nothing is done with", async () => {
    const { lag, state, told } = log(10);
    lag.goesOnAt(0, 10n);
    await expect.poll(told).toEqual(["kafka_consumer_lag market.raw 0 0"]);
    state.counts[0] = 35;
    await expect.poll(told).toEqual(["kafka_consumer_lag market.raw 0 25"]);
    await lag.close();
  });

  it("stays as it was while no broker answers, and never falls below 0", async () => {
    const { lag, state, told } = log(10);
    lag.goesOnAt(0, 8n);
    await lag.tell();
    state.isAway = true;
    lag.goesOnAt(0, 12n);
    await lag.tell();
    expect(told()).toEqual(["kafka_consumer_lag market.raw 0 2"]);
    state.isAway = false;
    await lag.tell();
    expect(told()).toEqual(["kafka_consumer_lag market.raw 0 0"]);
    await lag.close();
  });
});
