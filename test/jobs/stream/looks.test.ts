// Who only looks sees the shard as it stands, from Redis, from what is younger than that, or from what is stored alone.
import { describe, expect, it } from "vitest";
import { memoryObjects } from "../../../bench/stores.ts";
import { uniform } from "../../../bench/uniform.ts";
import { zstd } from "../../../lib/edge/zstd.ts";
import { type LookStates, looker } from "../../../lib/jobs/stream/looks.ts";
import { encodeFrame } from "../../../lib/stream/frame.ts";
import type { ProcessorOptions } from "../../../lib/stream/processor.ts";
import type { LogRecord } from "../../../lib/stream/record.ts";
import { TICK } from "../../../lib/stream/ticks.ts";
import { tickFrame } from "../../stream/tick-frame.ts";
import { records, START_MS } from "./records.ts";
import { atOnce, LOG, OPTIONS, process, SHARD, type Shared, shared } from "./shard.ts";

const lookAt = (
  { objects, states, hot }: Shared,
  isRedisUp = () => true,
  options: ProcessorOptions = OPTIONS,
) => {
  const look: LookStates = {
    positions: async () =>
      isRedisUp()
        ? Object.fromEntries([...states].map(([name, at]) => [name.split(" ")[1]!, at]))
        : undefined,
    state: async (log, shard) => (isRedisUp() ? hot.get(`${log} ${shard}`) : undefined),
  };
  return looker({ objects, packing: zstd, states: look, options }, LOG);
};

const seen = async (look: ReturnType<typeof lookAt>) => {
  const looks = await look();
  expect(looks.map(({ shard }) => shard)).toEqual([SHARD]);
  const { processor } = looks[0]!;
  return { forming: processor.forming(), latest: processor.latest("AAPL") };
};

const wanted = (all: readonly LogRecord[]) => {
  const { processor } = atOnce(all);
  return { forming: processor.forming(), latest: processor.latest("AAPL") };
};

describe("a look", () => {
  it.each([
    ["a Redis", () => true],
    ["no Redis", () => false],
  ])("shows what was taken, after every batch, with %s", async (_name, isRedisUp) => {
    const all = records({ seed: 31, frames: 60 });
    const stage = shared(memoryObjects());
    const job = process(stage);
    const old = lookAt(stage, isRedisUp);
    for (let from = 0; from < all.length; from += 7) {
      await job({ log: LOG, shard: SHARD, records: all.slice(from, from + 7) });
      const expected = wanted(all.slice(0, from + 7));
      expect(await seen(old)).toEqual(expected);
      expect(await seen(lookAt(stage, isRedisUp))).toEqual(expected);
    }
  });

  it("shows it with a Redis that comes and goes", async () => {
    const all = records({ seed: 32, frames: 60 });
    const stage = shared(memoryObjects());
    const chance = uniform(32);
    const job = process(stage);
    const look = lookAt(stage, () => chance() < 0.5);
    for (let from = 0; from < all.length; from += 7) {
      await job({ log: LOG, shard: SHARD, records: all.slice(from, from + 7) });
      expect(await seen(look)).toEqual(wanted(all.slice(0, from + 7)));
    }
  });

  it("shows a correction that is younger than what Redis has", async () => {
    const correctable = { windows: { ...OPTIONS.windows, correctableMs: 60_000 } };
    const record = (number: number, price: number, flags: number): LogRecord => ({
      seq: String(number),
      key: "test/0",
      arrivalMs: START_MS + 10,
      bytes: encodeFrame(
        tickFrame([{ symbol: "AAPL", timeMs: START_MS, price, size: 10, id: 1, flags }], {
          epochMs: START_MS,
          number,
          sentMs: START_MS,
        }),
      ),
    });
    const stage = shared(memoryObjects());
    const job = process(stage, undefined, undefined, correctable);
    await job({ log: LOG, shard: SHARD, records: [record(1, 100, 0)] });
    await job({ log: LOG, shard: SHARD, records: [record(2, 90, TICK.correct)] });
    const { forming } = await seen(lookAt(stage, undefined, correctable));
    expect(forming.map(({ bar }) => [bar.close, bar.trades])).toEqual([
      [90, 1],
      [90, 1],
      [90, 1],
    ]);
  });

  it("finds nothing where nothing was taken", async () => {
    expect(await lookAt(shared(memoryObjects()))()).toEqual([]);
  });
});
