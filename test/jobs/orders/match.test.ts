// A batch of orders: its effect comes once, whenever a process dies, whoever else works, however batches are cut.
import { describe, expect, it } from "vitest";
import { uniform } from "../../../bench/uniform.ts";
import { deskReader, loadedDesk } from "../../../lib/jobs/orders/desks.ts";
import { deskHash } from "../../../lib/orders/desk-state.ts";
import type { LogRecord } from "../../../lib/ports.ts";
import { delivered as deliveredTo } from "../killed.ts";
import { batchOf, process, SHARD, type Stage, stage, storeOf, straight, tape } from "./stage.ts";

type Dying = Readonly<{ seed: number; deadly: number; isRedisUp: () => boolean }>;

/** @returns how many processes died */
function delivered(all: readonly LogRecord[], on: Stage, { isRedisUp, ...dying }: Dying) {
  let clockMs = 0;
  const nowMs = () => {
    clockMs += 5000;
    return clockMs;
  };
  return deliveredTo(all, { ...dying, most: 12 }, (dies) => {
    const job = process(on, dies, isRedisUp, nowMs);
    return (records) => job(batchOf(records));
  });
}

const tradesOf = (records: readonly LogRecord[]): string[] =>
  straight(records)
    .ledger.executions()
    .map((one) => `${one.symbol} ${one.trade} ${one.priceTicks / 100} ${one.sizeLots}`);

describe("matching a batch", () => {
  it.each([1, 2, 3, 4, 5, 6])(
    "makes the same books whatever happens on the way, seed %i",
    async (seed) => {
      const all = tape(seed, 400);
      const on = stage();
      const up = uniform(seed + 100);
      const deaths = await delivered(all, on, { seed, deadly: 0.03, isRedisUp: () => up() < 0.8 });
      expect(deaths, "processes that died").toBeGreaterThan(3);
      const { desk } = await loadedDesk(storeOf(on), SHARD);
      expect(deskHash(desk)).toBe(deskHash(straight(all)));
      expect([...new Set(on.ticks)], "each trade as a tick, known by its number").toEqual(
        expect.arrayContaining(tradesOf(all)),
      );
      expect(new Set(on.ticks).size, "and no other").toBe(tradesOf(all).length);
    },
  );

  it("lets one of two processes store a batch, and the other follows it", async () => {
    const all = tape(7, 120);
    const on = stage();
    const [one, two] = [process(on), process(on)];
    await one(batchOf(all.slice(0, 40)));
    await two(batchOf(all.slice(0, 60)));
    await Promise.all([one(batchOf(all.slice(40, 90))), two(batchOf(all.slice(40, 80)))]);
    await one(batchOf(all.slice(60)));
    const { desk } = await loadedDesk(storeOf(on), SHARD);
    expect(deskHash(desk)).toBe(deskHash(straight(all)));
  });

  it("keeps what is no command beside the log, and goes on", async () => {
    const all = tape(8, 300);
    const on = stage();
    await process(on)(batchOf(all));
    const kept = await on.objects.list("quarantine/stream/orders/");
    const damaged = all.filter(({ bytes }) => Buffer.from(bytes).toString() === "{oops");
    expect(damaged.length).toBeGreaterThan(0);
    expect(kept).toHaveLength(damaged.length);
  });
});

describe("a reader of desks", () => {
  it("follows what is stored, with Redis and without", async () => {
    const all = tape(9, 200);
    const on = stage();
    let isRedisUp = true;
    const read = deskReader(storeOf(on, () => isRedisUp));
    const job = process(on);
    expect(await read()).toEqual([]);
    for (const [at, to] of [
      [0, 50],
      [50, 51],
      [51, 160],
      [160, 200],
    ] as const) {
      await job(batchOf(all.slice(at, to)));
      isRedisUp = !isRedisUp;
      const [shard] = await read();
      expect(deskHash(shard!.desk)).toBe(deskHash(straight(all.slice(0, to))));
    }
  });
});
