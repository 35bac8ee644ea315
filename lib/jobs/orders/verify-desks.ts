/** Whether the stored states of desks are what the stored orders make: each is made again from the one before it. */
import { AppError } from "../../errors.ts";
import { Desk } from "../../orders/desk.ts";
import { deskHash, restoreDesk } from "../../orders/desk-state.ts";
import { compareSeq } from "../../stream/record.ts";
import { seqOfKey, statesPrefix } from "../../stream/segment-names.ts";
import { type SegmentStore, shardsOf } from "../stream/segments.ts";
import { batchesAfter, ORDERS_LOG } from "./desks.ts";

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
  const empty = new Desk();
  const [batch] = await batchesAfter(store, shard, empty.lastSeq);
  const [oldest] = states;
  if (batch === undefined || batch.after === empty.lastSeq || oldest === undefined) return empty;
  return stateAt(store, oldest);
}

async function stateAt({ objects, packing }: SegmentStore, key: string): Promise<Desk> {
  const found = await objects.get(key);
  if (!found) throw new AppError("BAD_FILE", `${key} is gone`, { key });
  return restoreDesk(await packing.unpack(found.body));
}

async function followed(
  store: SegmentStore,
  shard: string,
  desk: Desk,
  states: readonly string[],
): Promise<string | undefined> {
  const later = states.filter((key) => compareSeq(seqOfKey(key)!, desk.lastSeq) > 0);
  for (const { after, through, records } of await batchesAfter(store, shard, desk.lastSeq)) {
    if (compareSeq(after, desk.lastSeq) < 0) continue;
    if (after !== desk.lastSeq) return `the batch after ${desk.lastSeq} is missing`;
    for (const record of records) desk.take(record);
    desk.lastSeq = through;
    const key = later.find((one) => seqOfKey(one) === through);
    if (key && deskHash(await stateAt(store, key)) !== deskHash(desk))
      return `${key} is not what the records up to ${through} make`;
  }
  return undefined;
}
