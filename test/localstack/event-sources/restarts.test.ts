// Rule 7: at least once. Positions outlive the process; what they miss is read again, never left out.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fileCheckpoints } from "../../../localstack/event-sources/checkpoints.ts";
import { failing, harness, type Kept, MemoryLog, SHARD } from "./harness.ts";
import { virtualClock } from "./virtual-clock.ts";

describe("rule 7: a restart", () => {
  it("goes on behind the last batch that was taken", async () => {
    const first = harness({ batchSize: 2 });
    const { clock, log, kept } = first;
    for (const text of ["a", "b", "c"]) log.put(text);
    await clock.advance(100);
    await first.close();
    log.put("d");
    const { batches } = harness({ batchSize: 2 }, { clock, log, kept });
    await clock.advance(100);
    expect(batches()).toEqual([["d"]]);
  });

  it("brings a batch again that was under way and never taken", async () => {
    const clock = virtualClock();
    const first = harness({}, { clock, work: () => clock.sleep(14_000) });
    const { log, kept } = first;
    log.put("a");
    await clock.advance(100);
    await first.close();
    const { batches } = harness({}, { clock, log, kept });
    await clock.advance(100);
    expect(batches()).toEqual([["a"]]);
  });

  it("waits for the invocation under way, and tries nothing again", async () => {
    const clock = virtualClock();
    const { log, kept, events, close } = harness(
      {},
      {
        clock,
        work: async (_, { invocation }) => {
          await clock.sleep(2_000);
          return invocation > 1 ? failing() : null;
        },
      },
    );
    log.put("a");
    await clock.advance(100);
    log.put("b");
    await close();
    expect(events).toHaveLength(1);
    expect(kept.get("stream-tick.ticks")?.[SHARD]?.after).toBe("1");
  });

  it("begins at the oldest record, and says so, when the log has dropped the position", async () => {
    const first = harness();
    const { clock, log, kept } = first;
    log.put("a");
    await clock.advance(100);
    await first.close();
    for (const text of ["b", "c", "d"]) log.put(text);
    log.trim(3);
    const { batches, lines } = harness({}, { clock, log, kept });
    await clock.advance(100);
    expect(batches()).toEqual([["c", "d"]]);
    expect(lines.join()).toContain("no longer has what follows 1");
    expect(log.opened.at(-1)).toEqual([SHARD, "TRIM_HORIZON"]);
  });

  it("finds what came while nobody ran, also of a mapping that began at LATEST", async () => {
    const clock = virtualClock();
    const log = new MemoryLog(clock);
    log.put("before");
    await clock.advance(10);
    const first = harness({ start: "LATEST" }, { clock, log });
    await clock.advance(100);
    await first.close();
    log.put("between");
    const { batches } = harness({ start: "LATEST" }, { clock, log, kept: first.kept });
    await clock.advance(100);
    expect(batches()).toEqual([["between"]]);
    expect(first.events).toEqual([]);
  });

  it("does not go back before the time a mapping began at", async () => {
    const clock = virtualClock();
    const log = new MemoryLog(clock);
    log.put("before");
    await clock.advance(1_000);
    const changes = { start: { timestampMs: clock.nowMs() } };
    await clock.advance(1_000);
    log.put("after");
    await clock.advance(1_000);
    const first = harness(changes, { clock, log, work: () => failing() });
    await clock.advance(100);
    await first.close();
    const { batches } = harness(changes, { clock, log, kept: first.kept });
    await clock.advance(100);
    expect(first.batches()[0]).toEqual(["after"]);
    expect(batches()).toEqual([["after"]]);
  });

  it("reads a shard from its beginning that came while nobody ran", async () => {
    const first = harness({ start: "LATEST" });
    const { clock, log, kept } = first;
    await clock.advance(100);
    await first.close();
    log.shards.set("shardId-000000000001", []);
    log.put("early", { shard: "shardId-000000000001" });
    await clock.advance(1_000);
    const { batches } = harness({ start: "LATEST" }, { clock, log, kept });
    await clock.advance(100);
    expect(batches()).toEqual([["early"]]);
  });
});

describe("a log", () => {
  it("that is away is waited for, and told of once", async () => {
    const { clock, log, batches, lines } = harness();
    await clock.advance(100);
    log.failure = new Error("connection refused");
    log.put("a");
    await clock.advance(60_000);
    log.failure = undefined;
    await clock.advance(6_000);
    expect(batches()).toEqual([["a"]]);
    expect(lines.filter((line) => line.includes("cannot be read"))).toHaveLength(1);
    expect(lines.at(-1)).toContain("reads again");
  });

  it("may be made after the runner started", async () => {
    const clock = virtualClock();
    const log = new MemoryLog(clock, []);
    const { batches } = harness({}, { clock, log });
    await clock.advance(20_000);
    log.shards.set(SHARD, []);
    log.put("a");
    await clock.advance(11_000);
    expect(batches()).toEqual([["a"]]);
  });

  it("may close a shard: what is left of it is taken and no more asked", async () => {
    const { clock, log, batches } = harness({ batchWindowMs: 300_000 });
    log.put("last");
    log.ended.add(SHARD);
    await clock.advance(1_000);
    expect(batches()).toEqual([["last"]]);
    const reads = log.reads.length;
    await clock.advance(60_000);
    expect(log.reads.length).toBe(reads);
  });

  it("is asked again within 25 ms, less often after a minute of silence", async () => {
    const { clock, log } = harness();
    await clock.advance(1_000);
    const before = log.reads.length;
    await clock.advance(1_000);
    expect(log.reads.length - before).toBe(40);
    await clock.advance(60_000);
    const later = log.reads.length;
    await clock.advance(1_000);
    expect(log.reads.length - later).toBe(10);
  });
});

describe("positions on disk", () => {
  const folderOf = () => {
    const folder = mkdtempSync(join(tmpdir(), "positions-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return folder;
  };
  const silent = () => {};

  it("are there again, the newest of each shard, with the window it was in", async () => {
    const folder = folderOf();
    const first = fileCheckpoints(folder, silent);
    const window = { startMs: 0, endMs: 60_000, state: { count: 3 } };
    for (let at = 0; at < 500; at++) first.keep("tick.ticks", SHARD, { after: String(at) });
    first.keep("tick.ticks", "shardId-000000000001", { after: "7", window });
    await first.close();
    expect(fileCheckpoints(folder, silent).read("tick.ticks")).toEqual({
      [SHARD]: { after: "499" },
      "shardId-000000000001": { after: "7", window },
    });
    expect(readdirSync(folder)).toEqual(["tick.ticks.json"]);
  });

  it("are none of a mapping that has never run", () => {
    expect(fileCheckpoints(folderOf(), silent).read("tick.ticks")).toBeUndefined();
  });

  it("keep the shards that are not written now", async () => {
    const folder = folderOf();
    const kept: Kept = new Map();
    for (const shard of ["0", "1"]) {
      const checkpoints = fileCheckpoints(folder, silent);
      checkpoints.keep("a", shard, { after: shard });
      await checkpoints.close();
      kept.set("a", { ...kept.get("a"), [shard]: { after: shard } });
    }
    expect(fileCheckpoints(folder, silent).read("a")).toEqual(kept.get("a"));
  });

  it("that cannot be understood lead to the oldest record, and a line that says so", async () => {
    const folder = folderOf();
    writeFileSync(join(folder, "stream-tick.ticks.json"), '{"shar');
    expect(() => fileCheckpoints(folder, silent).read("stream-tick.ticks")).toThrow();
    const checkpoints = fileCheckpoints(folder, silent);
    const { clock, log, batches, lines } = harness({ start: "LATEST" }, { checkpoints });
    log.put("a");
    await clock.advance(100);
    expect(batches()).toEqual([["a"]]);
    expect(lines.join()).toContain("positions cannot be read");
    await checkpoints.close();
    const text = readFileSync(join(folder, "stream-tick.ticks.json"), "utf8");
    expect(JSON.parse(text)).toEqual({ shards: { [SHARD]: { after: "1" } } });
  });
});
