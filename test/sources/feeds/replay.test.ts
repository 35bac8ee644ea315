import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import type { FeedBatch, FeedTick } from "../../../lib/feed.ts";
import { replayFeed } from "../../../lib/sources/feeds/replay.ts";
import { expandPaths } from "../../../lib/sources/paths.ts";
import { folder } from "../folder.ts";
import { feedWorld } from "./world.ts";

const file = (name: string, content: string | Uint8Array) =>
  join(folder({ [name]: content }), name);
const MIDNIGHT = Date.UTC(2013, 9, 7, 4);
const never = new AbortController().signal;

async function told(
  paths: readonly string[],
  speed: number | "max" = "max",
  world = feedWorld(),
): Promise<{ batches: FeedBatch[]; ticks: FeedTick[] }> {
  const batches: FeedBatch[] = [];
  for await (const batch of replayFeed({ files: expandPaths(paths), speed }, world).read(never))
    batches.push(batch);
  return { batches, ticks: batches.flatMap(({ ticks }) => ticks) };
}

const IBM = `14430270,1815200,283,P,20002020,0
34200000,1818000,500,P,1,0
34200000,1817900,100,P,1,1
34200001,1818100.5,100,N,1,0
x,1818000,500,P,1,0
34200002,1818200,100,N,20000020,0`;

describe("a tick file of Lean", () => {
  it("has symbol and day in its name, and is told without what is suspicious", async () => {
    const world = feedWorld();
    const path = file("tick_ibm_20131007_trade.csv.gz", gzipSync(IBM));
    const { ticks, batches } = await told([path], "max", world);
    const first = ticks[0]!.id!;
    expect(ticks).toEqual([
      {
        symbol: "IBM",
        timeMs: MIDNIGHT + 14_430_270,
        price: 181.52,
        size: 283,
        id: first,
        irregular: true,
      },
      { symbol: "IBM", timeMs: MIDNIGHT + 34_200_000, price: 181.8, size: 500, id: first + 1 },
      { symbol: "IBM", timeMs: MIDNIGHT + 34_200_001, price: 181.81005, size: 100, id: first + 2 },
      {
        symbol: "IBM",
        timeMs: MIDNIGHT + 34_200_002,
        price: 181.82,
        size: 100,
        id: first + 3,
        irregular: true,
      },
    ]);
    // At the end of the file the day is over.
    expect(batches.at(-1)).toEqual({ ticks: [], clockMs: MIDNIGHT + 86_400_000 });
    expect(world.counted).toMatchObject({
      "feed_ticks_total replay ignored": 1,
      "feed_ticks_total replay malformed": 1,
    });
    // A second telling has the same ids: whoever knows them sees repeats.
    expect((await told([path])).ticks).toEqual(ticks);
  });

  it("may be named as inside of its archive", async () => {
    const path = file("20131007_ibm_Trade_Tick.csv", IBM);
    expect((await told([path])).ticks[0]).toMatchObject({ symbol: "IBM", price: 181.52 });
  });

  it("is refused when it holds quotes", async () => {
    const path = file("tick_ibm_20131007_quote.csv", IBM);
    await expect(told([path])).rejects.toMatchObject({ code: "BAD_FILE" });
  });
});

const HEADER = "time,symbol,price,size,id,irregular,change";

describe("a file of our own form", () => {
  it("is told as its columns say", async () => {
    const world = feedWorld();
    const lines = [
      HEADER,
      "2024-01-05T15:00:00Z,AAA,1.5,10,7,0,",
      "1704466801000,BRK.B,2,0.5,,1,",
      "2024-01-05T10:00:02-05:00,AAA,1.6,20,7,,correct",
      "2024-01-05T10:00:02-05:00,AAA,0,0,7,,cancel",
      "2024-01-05T10:00:02,AAA,1,1,,,",
      "1704466801000,,1,1,,,",
      "1704466801000,AAA,x,1,,,",
      "1704466801000,AAA,1,1,,2,",
      "1704466801000,AAA,1,1,,,undo",
      "1704466801000,AAA,1",
    ];
    const { ticks } = await told([file("t.csv", lines.join("\n"))], "max", world);
    const second = (n: number) => Date.UTC(2024, 0, 5, 15, 0, n);
    expect(ticks).toEqual([
      { symbol: "AAA", timeMs: second(0), price: 1.5, size: 10, id: 7 },
      { symbol: "BRK.B", timeMs: second(1), price: 2, size: 0.5, irregular: true },
      { symbol: "AAA", timeMs: second(2), price: 1.6, size: 20, id: 7, change: "correct" },
      { symbol: "AAA", timeMs: second(2), price: 0, size: 0, id: 7, change: "cancel" },
    ]);
    expect(world.counted).toMatchObject({ "feed_ticks_total replay malformed": 6 });
  });

  it("may do without what is optional, and not without the rest", async () => {
    const path = file("short.csv", "symbol,size,price,time\nAAA,1,2,1704466801000");
    expect((await told([path])).ticks).toHaveLength(1);
    await expect(told([file("no.csv", "symbol,price\nA,1")])).rejects.toThrow(/has the header/);
    await expect(told([file("none.csv", "")])).rejects.toThrow(/is empty/);
  });

  it("tells no clock from where it goes back in time", async () => {
    const world = feedWorld();
    const lines = ["time,symbol,price,size", "5000,A,1,1", "4000,A,1,1", "6000,A,1,1"];
    const { batches } = await told([file("back.csv", lines.join("\n"))], "max", world);
    expect(batches.map(({ clockMs }) => clockMs)).toEqual([undefined]);
    expect(world.events()).toContain("feed.out_of_order");
  });
});

describe("several files", () => {
  it("are merged by time, each in its own order", async () => {
    const of = (symbol: string, seconds: readonly number[]) =>
      file(
        `${symbol}.csv`,
        ["time,symbol,price,size", ...seconds.map((s, n) => `${s}000,${symbol},1,${n + 1}`)].join(
          "\n",
        ),
      );
    const paths = [of("A", [1, 4, 4, 9]), of("B", [2, 4, 10, 11]), of("C", [])];
    const { ticks, batches } = await told(paths);
    expect(ticks.map(({ symbol, timeMs, size }) => `${symbol}${timeMs / 1000} ${size}`)).toEqual([
      "A1 1",
      "B2 1",
      "A4 2",
      "A4 3",
      "B4 2",
      "A9 4",
      "B10 3",
      "B11 4",
    ]);
    const clocks = batches.map(({ clockMs }) => clockMs!);
    expect(clocks).toEqual(clocks.toSorted((a, b) => a - b));
  });
});

describe("the pace", () => {
  const path = () =>
    file(
      "pace.csv",
      ["time,symbol,price,size", ...[0, 100, 101, 5_000].map((ms) => `${9e11 + ms},A,1,1`)].join(
        "\n",
      ),
    );

  async function paced(speed: number) {
    let now = 1_000;
    const world = feedWorld({
      nowMs: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    });
    const heard: [atMs: number, timeMs: number][] = [];
    const clocks: number[] = [];
    const feed = replayFeed({ files: expandPaths([path()]), speed }, world);
    for await (const { ticks, clockMs } of feed.read(never)) {
      for (const { timeMs } of ticks) heard.push([now - 1_000, timeMs - 9e11]);
      if (clockMs !== undefined) clocks.push(clockMs - 9e11);
    }
    return { heard, clocks };
  }

  it("is that of what happened, and the clock goes on where nothing does", async () => {
    const { heard, clocks } = await paced(1);
    expect(heard).toEqual([
      [0, 0],
      [100, 100],
      [105, 101],
      [5_000, 5_000],
    ]);
    expect(clocks).toEqual([100, 101, 1_105, 2_105, 3_105, 4_105, 5_000, 5_000]);
  });

  it("is faster by as much as it is told", async () => {
    const { heard } = await paced(100);
    expect(heard.map(([atMs]) => atMs)).toEqual([0, 5, 5, 50]);
  });

  it("ends when it is stopped", async () => {
    const stop = new AbortController();
    const feed = replayFeed({ files: expandPaths([path()]), speed: 0.001 }, feedWorld());
    let count = 0;
    for await (const { ticks } of feed.read(stop.signal)) {
      count += ticks.length;
      stop.abort();
    }
    expect(count).toBe(1);
  });
});
