/**
 * Folds closed orders and executions into the dataset `orders`, a part for each UTC day, and removes what no desk is made
 * from any more. Any number of these may run at once and die anywhere: a commit that does not begin where its batches do is
 * given up, and what was folded is the same whoever folds it.
 */
import { createHash } from "node:crypto";
import { dayOfMs } from "../../bars/parts.ts";
import * as queries from "../../orders/queries.ts";
import type { Execution, OrderRecord } from "../../orders/record.ts";
import { DAY_SCHEMA, PROGRESS_SCHEMA } from "../../orders/schema.ts";
import type { Draft, Images, Instruments, Objects, Packing } from "../../ports.ts";
import { compareSeq } from "../../stream/record.ts";
import { BEGINNING, segmentsPrefix, seqOfKey, statesPrefix } from "../../stream/segment-names.ts";
import { inTurns, shardsOf } from "../stream/segments.ts";
import { batchesAfter, ORDERS_LOG, storedDesk, takeBatch } from "./desks.ts";

export type FoldWorld = Readonly<{
  images: Images;
  objects: Objects;
  packing: Packing;
  nowMs: () => number;
  instruments: Pick<Instruments, "add">;
}>;

export type FoldOptions = Readonly<{
  /** Batches stay that long after they were folded: readers may hold an older manifest. */
  graceMs?: number;
}>;

export type FoldSummary = Readonly<{ orders: number; executions: number; removed: number }>;

const GRACE_MS = 15 * 60_000;
const REMOVALS_AT_ONCE = 16;

type Folded = {
  readonly shard: string;
  readonly after: string;
  readonly through: string;
  readonly orders: readonly queries.InUnits<OrderRecord>[];
  readonly executions: readonly queries.InUnits<Execution>[];
};

/** @throws AppError BAD_FILE when a batch is damaged or missing; its shard waits there */
export async function foldOrders(
  world: FoldWorld,
  { graceMs = GRACE_MS }: FoldOptions = {},
): Promise<FoldSummary> {
  const summary = { orders: 0, executions: 0, removed: 0 };
  try {
    for (const shard of await shardsOf(world.objects, ORDERS_LOG)) {
      const folded = await gathered(world, shard, await foldedThrough(world, shard));
      if (folded.through !== folded.after && (await committed(world, folded, graceMs))) {
        summary.orders += folded.orders.length;
        summary.executions += folded.executions.length;
      }
      summary.removed += await removeFolded(world, shard, graceMs);
    }
    await world.images.collect(queries.DATASET);
  } catch (error) {
    world.instruments.add("qf_order_folds_total", { outcome: "failed" });
    throw error;
  }
  const isIdle = summary.orders + summary.executions === 0;
  world.instruments.add("qf_order_folds_total", { outcome: isIdle ? "idle" : "folded" });
  return summary;
}

async function foldedThrough({ images }: FoldWorld, shard: string): Promise<string> {
  const snapshot = await images.snapshot(queries.DATASET, { revalidate: true });
  try {
    if (!(queries.PROGRESS in snapshot.manifest.parts)) return BEGINNING;
    const { query } = await snapshot.open(queries.PROGRESS);
    return throughOf(queries.orderProgress(query), shard);
  } finally {
    snapshot.release();
  }
}

const throughOf = (rows: readonly queries.ProgressRow[], shard: string): string =>
  rows.find((row) => row.shard === shard)?.through_seq ?? BEGINNING;

/** What was closed and traded in the batches after a number: the desk of that number takes them again. */
async function gathered(world: FoldWorld, shard: string, after: string): Promise<Folded> {
  const desk = await storedDesk(world, shard, after);
  const orders = new Map<string, queries.InUnits<OrderRecord>>();
  const executions: queries.InUnits<Execution>[] = [];
  for await (const batch of batchesAfter(world, shard, desk.lastSeq)) {
    const taken = takeBatch(desk, batch);
    if (compareSeq(batch.through, after) <= 0) continue;
    for (const one of taken) {
      if ("fault" in one) continue;
      for (const value of one.closed) {
        orders.set(value.order.id, { value, units: desk.books.get(value.symbol)!.units });
      }
      for (const value of one.executions) {
        executions.push({ value, units: desk.books.get(value.symbol)!.units });
      }
    }
  }
  return { shard, after, through: desk.lastSeq, orders: [...orders.values()], executions };
}

/** Another one has moved the shard on. */
class Overtaken extends Error {}

/** @returns false when another one was faster */
async function committed(world: FoldWorld, folded: Folded, graceMs: number): Promise<boolean> {
  const { shard, after, through } = folded;
  const name = createHash("sha256").update(`${shard} ${through}`).digest("hex").slice(0, 32);
  try {
    const job = { id: `fold:${name}`, note: "fold orders" };
    const { outcome } = await world.images.commit(queries.DATASET, job, async (draft) => {
      const isThere = queries.PROGRESS in draft.parts();
      const rows = isThere ? queries.orderProgress((await draft.open(queries.PROGRESS)).query) : [];
      if (throughOf(rows, shard) !== after) throw new Overtaken(shard);
      for (const day of daysOf(folded)) await editDay(draft, folded, day);
      const row = { shard, through_seq: through, folded_ms: Math.floor(world.nowMs()) };
      await draft.edit(
        queries.PROGRESS,
        PROGRESS_SCHEMA,
        (db) => queries.putProgress(db, row, row.folded_ms - 4 * graceMs),
        (db) => ({ rows: queries.orderProgress(db.query).length, from: null, to: null }),
      );
    });
    return outcome === "committed";
  } catch (error) {
    if (error instanceof Overtaken) return false;
    throw error;
  }
}

const closedDay = ({ value }: queries.InUnits<OrderRecord>): number => dayOfMs(value.updatedMs);
const tradeDay = ({ value }: queries.InUnits<Execution>): number => dayOfMs(value.timeMs);

const daysOf = ({ orders, executions }: Folded): number[] =>
  [...new Set([...orders.map(closedDay), ...executions.map(tradeDay)])].sort((a, b) => a - b);

const editDay = (draft: Draft, { orders, executions }: Folded, day: number): Promise<void> =>
  draft.edit(
    queries.dayPart(day),
    DAY_SCHEMA,
    (db) => {
      queries.putClosedOrders(
        db,
        orders.filter((one) => closedDay(one) === day),
      );
      queries.putExecutions(
        db,
        executions.filter((one) => tradeDay(one) === day),
      );
    },
    (db) => ({ rows: queries.rowCount(db.query), from: day, to: day }),
  );

/** States before the newest one that folding can begin with, and the batches before it. */
async function removeFolded(world: FoldWorld, shard: string, graceMs: number): Promise<number> {
  const { objects } = world;
  const through = await foldedLongAgo(world, shard, graceMs);
  const states = await objects.list(statesPrefix(ORDERS_LOG, shard));
  const usable = states.filter(({ key }) => compareSeq(seqOfKey(key)!, through) <= 0);
  // One more than is needed: the last one might turn out to be damaged.
  const first = usable.at(-2);
  if (first === undefined) return 0;
  const begins = seqOfKey(first.key)!;
  const batches = await objects.list(segmentsPrefix(ORDERS_LOG, shard));
  const old = [...states, ...batches].filter(({ key }) => compareSeq(seqOfKey(key)!, begins) < 0);
  await inTurns(old, REMOVALS_AT_ONCE, ({ key }) => objects.remove(key));
  return old.length;
}

async function foldedLongAgo({ images, nowMs }: FoldWorld, shard: string, graceMs: number) {
  const snapshot = await images.snapshot(queries.DATASET);
  try {
    if (!(queries.PROGRESS in snapshot.manifest.parts)) return BEGINNING;
    const { query } = await snapshot.open(queries.PROGRESS);
    const old = queries
      .orderFolds(query)
      .filter((fold) => fold.shard === shard && fold.folded_ms <= nowMs() - graceMs);
    return old.at(-1)?.through_seq ?? BEGINNING;
  } finally {
    snapshot.release();
  }
}
