/**
 * The desk of a shard from what is stored: the newest whole state, and the segments after it taken again. Nothing else is
 * needed for it; what Redis holds only saves the look.
 */
import { AppError } from "../../errors.ts";
import { type Damaged, Desk, type Taken } from "../../orders/desk.ts";
import { exportDesk, restoreDesk } from "../../orders/desk-state.ts";
import { decodeOrderSegment, encodeOrderSegment, type OrderSegment } from "../../orders/segment.ts";
import { compareSeq } from "../../stream/record.ts";
import { segmentKey, stateKey } from "../../stream/segment-names.ts";
import { putOnce, readStored, type SegmentStore, shardsOf } from "../stream/segments.ts";
import { newestStored, storedAfter } from "../stream/state.ts";

export const ORDERS_LOG = "orders";

/** See lib/edge/stream-states.ts. */
export type DeskPositions = Readonly<{
  positions: (log: string) => Promise<Readonly<Record<string, string>> | undefined>;
}>;

export type ShardDesk = Readonly<{ shard: string; desk: Desk }>;

/** Puts a whole state beside the segments: who loads it has only those after it to take again. */
export async function storeDesk({ objects, packing }: SegmentStore, shard: string, desk: Desk) {
  const key = stateKey(ORDERS_LOG, shard, desk.lastSeq);
  await objects.put(key, await packing.pack(exportDesk(desk)));
}

/**
 * Stores a batch, once: of two that begin after the same number the first stands.
 * @returns "taken" when another one is there
 * @throws AppError DEPENDENCY_DOWN; it may have been stored
 */
export async function storeBatch({ objects, packing }: SegmentStore, segment: OrderSegment) {
  const key = segmentKey(segment.log, segment.shard, segment.after);
  return putOnce(objects, key, await packing.pack(encodeOrderSegment(segment)));
}

/** The batches behind a number, in order. @throws AppError BAD_FILE when one is damaged or missing */
export const batchesAfter = (
  store: SegmentStore,
  shard: string,
  after: string,
): AsyncGenerator<OrderSegment> =>
  storedAfter(store, ORDERS_LOG, shard, after, (key) => readStored(store, key, decodeOrderSegment));

/** A desk to begin with: the newest stored one, of none that has taken more than a number. */
export const storedDesk = async (
  store: SegmentStore,
  shard: string,
  through?: string,
): Promise<Desk> =>
  (await newestStored(store, ORDERS_LOG, shard, restoreDesk, through)) ?? new Desk();

/** Takes a batch that was stored. */
export function takeBatch(desk: Desk, { records, through }: OrderSegment): (Taken | Damaged)[] {
  const taken = records.map((record) => desk.take(record));
  desk.lastSeq = through;
  return taken;
}

/**
 * Takes the batches that were stored after where a desk stands.
 * @returns how many
 * @throws AppError BAD_FILE when one is damaged or missing
 */
export async function catchUp(store: SegmentStore, shard: string, desk: Desk): Promise<number> {
  let batches = 0;
  for await (const batch of batchesAfter(store, shard, desk.lastSeq)) {
    takeBatch(desk, batch);
    batches++;
  }
  return batches;
}

/** @returns the desk after everything that was stored, and how many batches had to be taken again for it */
export async function loadedDesk(store: SegmentStore, shard: string) {
  const desk = await storedDesk(store, shard);
  return { desk, batches: await catchUp(store, shard, desk) };
}

/** @returns a reader of one process: it remembers what it saw, and takes only what is new */
export function deskReader(
  world: SegmentStore & Readonly<{ states: DeskPositions }>,
): () => Promise<readonly ShardDesk[]> {
  const seen = new Map<string, Desk>();
  let under: Promise<readonly ShardDesk[]> | undefined;

  const read = async (shard: string, at: string | undefined): Promise<ShardDesk> => {
    const known = seen.get(shard);
    if (known && at !== undefined && compareSeq(known.lastSeq, at) >= 0)
      return { shard, desk: known };
    const desk = known && (await isFollowed(world, shard, known)) ? known : undefined;
    const newest = desk ?? (await loadedDesk(world, shard)).desk;
    seen.set(shard, newest);
    return { shard, desk: newest };
  };

  const all = async () => {
    const positions = Object.entries((await world.states.positions(ORDERS_LOG)) ?? {});
    if (positions.length > 0) return Promise.all(positions.map(([shard, at]) => read(shard, at)));
    const shards = await shardsOf(world.objects, ORDERS_LOG);
    return Promise.all(shards.map((shard) => read(shard, undefined)));
  };

  return () => {
    under ??= all().finally(() => {
      under = undefined;
    });
    return under;
  };
}

/** @returns false when batches it would have to take were folded and removed */
async function isFollowed(store: SegmentStore, shard: string, desk: Desk): Promise<boolean> {
  try {
    await catchUp(store, shard, desk);
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "BAD_FILE") return false;
    throw error;
  }
}
