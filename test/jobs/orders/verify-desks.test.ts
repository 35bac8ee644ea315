import { describe, expect, it } from "vitest";
import { zstd } from "../../../lib/edge/zstd.ts";
import { loadedDesk, storeDesk } from "../../../lib/jobs/orders/desks.ts";
import { verifiedDesks } from "../../../lib/jobs/orders/verify-desks.ts";
import { exportDesk } from "../../../lib/orders/desk-state.ts";
import { batchOf, process, SHARD, type Stage, stage, storeOf, straight, tape } from "./stage.ts";

const NAME = `orders/${SHARD}`;

async function matched(on: Stage): Promise<void> {
  const job = process(on);
  const records = tape(5, 120);
  for (let at = 0; at < records.length; at += 20) {
    await job(batchOf(records.slice(at, at + 20)));
    if (at % 40 === 20)
      await storeDesk(storeOf(on), SHARD, (await loadedDesk(storeOf(on), SHARD)).desk);
  }
}

describe("verification of desks", () => {
  it("finds nothing wrong with what the matcher left", async () => {
    const on = stage();
    expect(await verifiedDesks(storeOf(on))).toEqual([]);
    await matched(on);
    expect(await verifiedDesks(storeOf(on))).toEqual([{ name: NAME, ok: true }]);
  });

  it("finds a state that its records do not make", async () => {
    const on = stage();
    await matched(on);
    const [state] = await on.objects.list("stream/orders/shardId-000000000000/states/");
    const other = straight(tape(6, 40));
    await on.objects.put(state!.key, await zstd.pack(exportDesk(other)));
    const [check] = await verifiedDesks(storeOf(on));
    expect(check).toMatchObject({
      name: NAME,
      ok: false,
      problem: expect.stringContaining("is not what the records"),
    });
  });

  it("finds a batch that is missing, and one that is damaged", async () => {
    const on = stage();
    await matched(on);
    const batches = await on.objects.list(`stream/orders/${SHARD}/segments/`);
    const { key } = batches[2]!;
    const whole = (await on.objects.get(key))!.body;
    await on.objects.remove(key);
    expect(await verifiedDesks(storeOf(on))).toMatchObject([
      { ok: false, problem: expect.stringContaining("is missing") },
    ]);
    await on.objects.put(key, whole.subarray(0, 40));
    expect(await verifiedDesks(storeOf(on))).toMatchObject([{ ok: false }]);
  });
});
