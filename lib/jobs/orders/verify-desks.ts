/** Whether the stored states of desks are what the stored orders make: each is made again from the one before it. */
import { AppError } from "../../errors.ts";
import { Desk } from "../../orders/desk.ts";
import { deskHash, restoreDesk } from "../../orders/desk-state.ts";
import { BEGINNING, seqOfKey, statesPrefix } from "../../stream/segment-names.ts";
import { readStored, type SegmentStore, segmentPlaces, shardsOf } from "../stream/segments.ts";
import { batchesAfter, ORDERS_LOG, takeBatch } from "./desks.ts";

export type DeskCheck = Readonly<{ name: string; ok: boolean; problem?: string }>;

/** By shard. States and batches before the oldest state that is kept were folded and removed, and cannot be checked. */
export async function verifiedDesks(store: SegmentStore): Promise<DeskCheck[]> {
  const checks: DeskCheck[] = [];
  for (const shard of await shardsOf(store.objects, ORDERS_LOG)) {
    const problem = await problemOf(store, shard);
    checks.push({
      name: `${ORDERS_LOG}/${shard}`,
      ok: problem === undefined,
      ...(problem && { problem }),
    });
  }
  return checks;
}

async function problemOf(store: SegmentStore, shard: string): Promise<string | undefined> {
  try {
    const states = (await store.objects.list(statesPrefix(ORDERS_LOG, shard))).map(
      ({ key }) => key,
    );
    const first = await firstDesk(store, shard, states);
    return await followed(store, shard, first, states);
  } catch (error) {
    if (error instanceof AppError && error.code === "BAD_FILE") return error.message;
    throw error;
  }
}

/** An empty desk while the very first batch is there, otherwise the oldest state. */
async function firstDesk(store: SegmentStore, shard: string, states: readonly string[]) {
  const [first] = await segmentPlaces(store.objects, ORDERS_LOG, shard, BEGINNING, 1);
  const [oldest] = states;
  const isWhole = first === undefined || first.after === BEGINNING;
  return isWhole || oldest === undefined ? new Desk() : stateAt(store, oldest);
}

async function stateAt(store: SegmentStore, key: string): Promise<Desk> {
  const found = await readStored(store, key, restoreDesk);
  if (found) return found;
  throw new AppError("BAD_FILE", `${key} is gone`, { key });
}

async function followed(
  store: SegmentStore,
  shard: string,
  desk: Desk,
  states: readonly string[],
): Promise<string | undefined> {
  for await (const batch of batchesAfter(store, shard, desk.lastSeq)) {
    takeBatch(desk, batch);
    const key = states.find((one) => seqOfKey(one) === batch.through);
    if (key && deskHash(await stateAt(store, key)) !== deskHash(desk))
      return `${key} is not what the records up to ${batch.through} make`;
  }
  return undefined;
}
