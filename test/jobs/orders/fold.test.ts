// Closed orders and trades in their dataset: all of them, once, whatever died; and desks can still be made afterwards.
import { describe, expect, it } from "vitest";
import { storeOver } from "../../../bench/stores.ts";
import { uniform } from "../../../bench/uniform.ts";
import type { Caller } from "../../../lib/access/caller.ts";
import { dayOfMs } from "../../../lib/bars/parts.ts";
import { zstd } from "../../../lib/edge/zstd.ts";
import { loadedDesk, storeDesk } from "../../../lib/jobs/orders/desks.ts";
import { foldOrders } from "../../../lib/jobs/orders/fold.ts";
import { closedOn, closedOrder, executionsOn } from "../../../lib/jobs/orders/folded.ts";
import { executionsOf, ordersOf } from "../../../lib/jobs/orders/reads.ts";
import { deskHash } from "../../../lib/orders/desk-state.ts";
import { isClosed } from "../../../lib/orders/record.ts";
import type { LogRecord, Objects } from "../../../lib/ports.ts";
import { Killed } from "../killed.ts";
import { batchOf, process, SHARD, type Stage, stage, storeOf, straight, tape } from "./stage.ts";

const GRACE_MS = 60_000;
const HOUR_MS = 3_600_000;
const ADMIN: Caller = { keyId: "eq_admin", scopes: ["read", "admin"], limit: null };

const foldWorld = (objects: Objects, nowMs = Date.now) => ({
  images: storeOver(objects),
  objects,
  packing: zstd,
  nowMs,
  instruments: { add: () => {} },
});

/** Batches of seven, with a whole state after every fifth. */
async function matched(on: Stage, records: readonly LogRecord[]): Promise<void> {
  const job = process(on);
  for (let at = 0; at < records.length; at += 7) {
    await job(batchOf(records.slice(at, at + 7)));
    if (at % 35 === 28)
      await storeDesk(storeOf(on), SHARD, (await loadedDesk(storeOf(on), SHARD)).desk);
  }
}

/** What the dataset holds of the days of some records, as it is read. */
async function stored(objects: Objects, records: readonly LogRecord[]) {
  const images = storeOver(objects);
  const days = [...new Set(records.map(({ arrivalMs }) => dayOfMs(arrivalMs)))];
  const orders = await Promise.all(days.map((day) => closedOn(images, day)));
  const executions = await Promise.all(days.map((day) => executionsOn(images, day)));
  return {
    orders: orders.flat().map(({ value }) => value),
    executions: executions.flat().map(({ value }) => value),
  };
}

/** What there is to fold, from a desk that forgets nothing because little time passes. */
function all(records: readonly LogRecord[]) {
  const desk = straight(records);
  return {
    orders: [...desk.ledger.orders()].filter(isClosed),
    executions: [...desk.ledger.executions()],
  };
}

/** More of them, a while later. */
const tapeAfter = (records: readonly LogRecord[]): LogRecord[] =>
  tape(52, 70).map((record, at) => ({
    ...record,
    seq: String(records.length + 1 + at),
    arrivalMs: records.at(-1)!.arrivalMs + 1000 * (at + 1),
  }));

const byName = (list: readonly object[]) =>
  list.map((one) => JSON.stringify(Object.entries(one).sort())).sort();

describe("folding", () => {
  it("takes every closed order and every trade over, across midnight and in several runs", async () => {
    const records = tape(11, 700, 60_000);
    const on = stage();
    for (const [from, to] of [
      [0, 210],
      [210, 455],
      [455, 700],
    ] as const) {
      await matched(on, records.slice(from, to));
      await foldOrders(foldWorld(on.objects));
    }
    const found = await stored(on.objects, records);
    const wanted = all(records);
    expect(new Set(wanted.orders.map(({ updatedMs }) => dayOfMs(updatedMs))).size).toBe(2);
    expect(byName(found.orders)).toEqual(byName(wanted.orders));
    expect(byName(found.executions)).toEqual(byName(wanted.executions));
  });

  it.each([1, 2, 3])("loses and doubles nothing when runs die or meet, seed %i", async (seed) => {
    const records = tape(20 + seed, 420);
    const on = stage();
    const chance = uniform(seed);
    let isDead = false;
    const deadly = {
      ...on.objects,
      put: async (...call: Parameters<Objects["put"]>) => {
        isDead ||= chance() < 0.1;
        if (isDead) throw new Killed();
        return on.objects.put(...call);
      },
    };
    let deaths = 0;
    for (let at = 0; at < records.length; at += 70) {
      await matched(on, records.slice(at, at + 70));
      isDead = false;
      await foldOrders(foldWorld(deadly)).catch((error: unknown) => {
        if (!(error instanceof Killed)) throw error;
        deaths++;
      });
    }
    await Promise.all([foldOrders(foldWorld(on.objects)), foldOrders(foldWorld(on.objects))]);
    await foldOrders(foldWorld(on.objects));
    expect(deaths).toBeGreaterThan(0);
    const found = await stored(on.objects, records);
    const wanted = all(records);
    expect(byName(found.orders)).toEqual(byName(wanted.orders));
    expect(byName(found.executions)).toEqual(byName(wanted.executions));
  });

  it("removes batches a while after they were folded, and desks stay what they were", async () => {
    const records = tape(31, 350);
    const on = stage();
    await matched(on, records);
    const before = await on.objects.list("stream/orders/");
    let nowMs = Date.now();
    const world = foldWorld(on.objects, () => nowMs);
    expect((await foldOrders(world, { graceMs: GRACE_MS })).removed, "readers may still look").toBe(
      0,
    );
    nowMs += GRACE_MS;
    const { removed } = await foldOrders(world, { graceMs: GRACE_MS });
    expect(removed).toBeGreaterThan(before.length / 2);
    expect(await on.objects.list("stream/orders/")).toHaveLength(before.length - removed);
    const { desk } = await loadedDesk(storeOf(on), SHARD);
    expect(deskHash(desk)).toBe(deskHash(straight(records)));
  });

  it("begins with an older state where the newest is damaged", async () => {
    const records = tape(51, 350);
    const on = stage();
    await matched(on, records);
    const states = await on.objects.list(`stream/orders/${SHARD}/states/`);
    await on.objects.put(states.at(-1)!.key, Buffer.from("x"));
    const world = foldWorld(on.objects);
    await foldOrders(world);
    await matched(on, tapeAfter(records));
    await foldOrders(world);
    const all350 = [...records, ...tapeAfter(records)];
    expect(byName((await stored(on.objects, all350)).orders)).toEqual(byName(all(all350).orders));
  });

  it("stops at a batch that is missing, and says so", async () => {
    const on = stage();
    await matched(on, tape(61, 140));
    const batches = await on.objects.list(`stream/orders/${SHARD}/segments/`);
    await on.objects.remove(batches[3]!.key);
    await expect(foldOrders(foldWorld(on.objects))).rejects.toMatchObject({ code: "BAD_FILE" });
  });

  it("goes on after a removal, and orders are found when no desk knows them any more", async () => {
    const on = stage();
    const old = tape(41, 140);
    const later = tape(42, 70).map((record, at) => ({
      ...record,
      seq: String(141 + at),
      arrivalMs: record.arrivalMs + 30 * HOUR_MS,
    }));
    let nowMs = Date.now();
    const world = foldWorld(on.objects, () => nowMs);
    await matched(on, old);
    await foldOrders(world, { graceMs: GRACE_MS });
    nowMs += GRACE_MS;
    await foldOrders(world, { graceMs: GRACE_MS });
    await matched(on, later);
    await foldOrders(world, { graceMs: GRACE_MS });
    const { desk } = await loadedDesk(storeOf(on), SHARD);
    const [first] = all(old).orders;
    expect(desk.ledger.order(first!.order.id), "forgotten by its desk").toBeUndefined();
    const images = storeOver(on.objects);
    const day = dayOfMs(first!.updatedMs);
    for (const closed of [undefined, day]) {
      const found = await closedOrder(images, first!.order.id, closed);
      expect(found?.record).toEqual(first);
    }
    expect(await closedOrder(images, first!.order.id, day + 1)).toBeUndefined();
    const reads = { images, desks: async () => [{ shard: SHARD, desk }] };
    const lookedUp = async (closedOn?: number) =>
      (await ordersOf(reads, ADMIN, { closedOn })).map(({ record }) => record.order.id).sort();
    expect(await lookedUp(), "without a day").not.toContain(first!.order.id);
    expect(await lookedUp(day)).toEqual(
      all(old)
        .orders.map(({ order }) => order.id)
        .sort(),
    );
    const trades = await executionsOf(reads, ADMIN, { date: day });
    expect(byName(trades.map(({ execution }) => execution))).toEqual(byName(all(old).executions));
    const mine = await ordersOf(
      reads,
      { ...ADMIN, scopes: ["read"], keyId: "eq_one" },
      { closedOn: day },
    );
    expect(new Set(mine.map(({ record }) => record.owner))).toEqual(new Set(["eq_one"]));
  });
});
