// What runs after each close: the market grows by the sessions that are missing, every index follows, and a delivery
// that comes twice changes nothing.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type DailyWorld, daily } from "../../lib/jobs/daily.ts";
import { indices } from "../../lib/jobs/indices.ts";
import { seed } from "../../lib/jobs/seed.ts";
import { verify } from "../../lib/jobs/verify.ts";
import { sessionCloseUtcMs, sessionsBetween } from "../../lib/market/sessions.ts";
import { marketSource } from "../../lib/sources/market-source.ts";
import { type Home, homes, source } from "./home.ts";

const newHome = homes();
const SPAN = { seed: 3, tickers: 30, from: 20240102, to: 20240131 };

/** The world at an instant, with the simulation as its source. */
function worldAt({ images, objects }: Home, nowMs: number): DailyWorld {
  return {
    images,
    objects,
    nowMs: () => nowMs,
    source: async ({ sessions, origin }) => {
      const { seed: number, tickers } = origin ?? SPAN;
      return marketSource({ source: "simulate", seed: number, tickers, sessions });
    },
  };
}

const simulate = async (
  simulation: Readonly<{ seed: number; tickers: number; sessions: readonly number[] }>,
) => marketSource({ source: "simulate", ...simulation });

async function seeded(span = SPAN): Promise<Home> {
  const home = await newHome();
  const { images, objects } = home;
  await seed({ images, objects, nowMs: Date.now, simulate }, span, randomUUID());
  return home;
}

const run = (home: Home, nowMs: number, eventId: string = randomUUID()) =>
  daily(worldAt(home, nowMs), { eventId, minDays: 1 });

/** A minute after the close of a session. */
const afterClose = (day: number) => sessionCloseUtcMs(day) + 60_000;

describe("the daily job", () => {
  it("takes in the sessions that have closed since the last stored one, and extends each index", async () => {
    const home = await seeded();
    const summary = await run(home, afterClose(20240205));
    expect(summary).toMatchObject({
      last_closed: "2024-02-05",
      market: {
        outcome: "committed",
        sessions_added: 3,
        available: { start_date: "2024-01-02", end_date: "2024-02-05" },
      },
      indices: [
        { index: "top100-ew", outcome: "committed", days_built: 3, end_date: "2024-02-05" },
      ],
    });
    expect(await verify(home.images, home, "verify")).toMatchObject({ ok: true });
  });

  it("does not end well on an older market, where the newest cannot be opened", async () => {
    const home = await seeded();
    await run(home, afterClose(20240202), "before");
    const old = new Set((await home.objects.list("images/market/")).map(({ key }) => key));
    await run(home, afterClose(20240205), "evening");
    for (const { key } of await home.objects.list("images/market/"))
      if (key.endsWith(".zst") && !old.has(key)) await home.objects.put(key, Buffer.from("x"));
    const images = home.another();
    for (let delivery = 0; delivery < 3; delivery++) {
      const again = run({ ...home, images }, afterClose(20240205), "evening");
      await expect(again, `delivery ${delivery}`).rejects.toMatchObject({ code: "IMAGE_REFUSED" });
    }
  });

  it("ends in the bytes of a simulation that was made in one go", async () => {
    const grown = await seeded();
    await run(grown, afterClose(20240214));
    const atOnce = await seeded({ ...SPAN, to: 20240214 });
    expect(await grown.version("market")).toBe(await atOnce.version("market"));
    expect(await grown.version("index")).toBe(await atOnce.version("index"));
  });

  it("leaves a session alone that has not closed yet", async () => {
    const home = await seeded();
    const summary = await run(home, sessionCloseUtcMs(20240201) - 60_000);
    expect(summary.market).toMatchObject({ outcome: "current", sessions_added: 0 });
    expect(summary.indices).toEqual([
      { index: "top100-ew", outcome: "unchanged", days_built: 0, end_date: "2024-01-31" },
    ]);
  });

  it("brings an index back to a market that was rolled back, and leaves one that lies beyond it", async () => {
    const home = await seeded();
    await run(home, afterClose(20240205));
    await home.build({ id: "late", start: 20240201, end: 20240205 });
    await home.images.rollback("market", 1, "back");
    const summary = await run(home, afterClose(20240131));
    expect(summary.market).toMatchObject({ outcome: "current" });
    expect(summary.indices).toEqual([
      { index: "late", outcome: "unchanged", days_built: 0, end_date: "2024-02-05" },
      { index: "top100-ew", outcome: "committed", days_built: 0, end_date: "2024-01-31" },
    ]);
    const after = await run(home, afterClose(20240205));
    expect(after.indices).toMatchObject([
      { index: "late", end_date: "2024-02-05" },
      { index: "top100-ew", days_built: 3, end_date: "2024-02-05" },
    ]);
    expect((await verify(home.images, home, randomUUID())).ok).toBe(true);
  });

  it("changes nothing when an event is delivered twice", async () => {
    const home = await seeded();
    const eventId = "event-1";
    await run(home, afterClose(20240205), eventId);
    const version = await home.version("market");
    const indexVersion = await home.version("index");
    // The second delivery comes later, when one more session is missing: that one belongs to another event.
    const second = await run(home, afterClose(20240206), eventId);
    expect(second.market).toMatchObject({ outcome: "repeated", sessions_added: 0 });
    expect(second.indices).toMatchObject([{ outcome: "repeated", days_built: 0 }]);
    expect([await home.version("market"), await home.version("index")]).toEqual([
      version,
      indexVersion,
    ]);
  });

  it("publishes nothing when somebody rewinds the market while it reads, and no day is lost", async () => {
    const home = await seeded();
    await run(home, afterClose(20240205));
    const world = worldAt(home, afterClose(20240206));
    const rewound: DailyWorld = {
      ...world,
      source: async (span) => {
        await home.images.rollback("market", 1, "rewound");
        return world.source(span);
      },
    };
    await expect(daily(rewound, { eventId: "event-3", minDays: 1 })).rejects.toMatchObject({
      code: "WRITE_CONFLICT",
      message: expect.stringContaining("rewound to 2024-01-31 while the sessions after 2024-02-05"),
    });
    const again = await run(home, afterClose(20240206), "event-3");
    expect(again.market).toMatchObject({ sessions_added: 4, still_missing: [] });
  });

  it("finishes the indices when a delivery died after the market was published", async () => {
    const home = await seeded();
    const { images } = home;
    const dying = {
      ...images,
      commit: ((dataset, job, change) =>
        dataset === "index"
          ? Promise.reject(new Error("killed"))
          : images.commit(dataset, job, change)) as typeof images.commit,
    };
    const world = { ...worldAt(home, afterClose(20240202)), images: dying };
    await expect(daily(world, { eventId: "event-2", minDays: 1 })).rejects.toThrow("killed");
    const again = await run(home, afterClose(20240202), "event-2");
    expect(again.indices).toMatchObject([{ outcome: "committed", days_built: 2 }]);
  });

  it("starts an empty market with the span every installation begins with", async () => {
    const home = await newHome();
    const asked: (readonly number[])[] = [];
    const world: DailyWorld = {
      ...worldAt(home, afterClose(20260105)),
      source: async (span) => {
        asked.push(span.sessions);
        return marketSource({
          source: "simulate",
          seed: 7,
          tickers: 1,
          sessions: span.sessions.slice(0, 3),
        });
      },
    };
    const { market, indices: built } = await daily(world, { eventId: "first", minDays: 1 });
    expect(asked).toEqual([sessionsBetween(20230103, 20241231)]);
    expect(market).toMatchObject({ outcome: "committed", sessions_added: 3 });
    expect(built).toEqual([]);
  });

  it("takes only new days from files, and nothing when they hold none", async () => {
    const folder = mkdtempSync(join(tmpdir(), "equipoise-daily-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "prices.csv");
    const lines = (days: readonly string[], close: number) =>
      `date,ticker,close,market_cap\n${days.map((day) => `${day},AAA,${close},1000`).join("\n")}\n`;
    const home = await newHome();
    const world: DailyWorld = {
      ...worldAt(home, afterClose(20240105)),
      source: async () => marketSource({ source: "csv", paths: [join(folder, "*.csv")] }),
    };
    const deliver = () => daily(world, { eventId: randomUUID(), minDays: 1 });
    writeFileSync(file, lines(["2024-01-02", "2024-01-03"], 10));
    expect((await deliver()).market).toMatchObject({ sessions_added: 2, rows_accepted: 2 });
    expect((await deliver()).market).toMatchObject({ outcome: "unchanged", sessions_added: 0 });
    writeFileSync(file, lines(["2024-01-03", "2024-01-04", "2024-01-08"], 11));
    expect((await deliver()).market).toMatchObject({
      sessions_added: 1,
      rows_accepted: 1,
      available: { end_date: "2024-01-04" },
    });
    const { indices: none } = await indices(home.images);
    expect(none).toEqual([]);
  });

  it("removes the checkpoints of jobs nobody ran again, and leaves those of this week", async () => {
    const home = await newHome();
    const keys = async () => (await home.objects.list("ingest/")).map(({ key }) => key);
    await home.objects.put("ingest/csv-abandoned-any-any-lenient.json", Buffer.from("{}"));
    const [{ modifiedMs } = { modifiedMs: 0 }] = await home.objects.list("ingest/");
    const daysLater = (days: number) =>
      daily(
        {
          ...worldAt(home, modifiedMs + days * 86_400_000),
          source: async () => source({ files: [] }),
        },
        { eventId: randomUUID(), minDays: 0 },
      );
    expect(await daysLater(6)).toMatchObject({ collected: 0 });
    expect(await keys()).toHaveLength(1);
    expect(await daysLater(8)).toMatchObject({ collected: 1 });
    expect(await keys()).toEqual([]);
  });

  it("refuses to simulate into a real market", async () => {
    const home = await newHome();
    const row = { date: 20240102, ticker: "AAA", close: 1, marketCap: 1 };
    await home.ingest({ files: [{ name: "real.csv", rows: [row] }] });
    await expect(run(home, afterClose(20240104))).rejects.toMatchObject({ code: "MARKET_IS_REAL" });
  });

  it("says which index failed only after the others were extended", async () => {
    const home = await seeded();
    await home.build({ start: 20240102, end: 20240131, id: "aaa" });
    const { images } = home;
    const failing = {
      ...images,
      commit: ((dataset, job, change) =>
        job.note === "build aaa"
          ? Promise.reject(new Error("aaa cannot be built"))
          : images.commit(dataset, job, change)) as typeof images.commit,
    };
    const world = { ...worldAt(home, afterClose(20240202)), images: failing };
    await expect(daily(world, { eventId: "event-3", minDays: 1 })).rejects.toThrow("aaa cannot");
    const { indices: all } = await indices(images, { revalidate: true });
    expect(all.map(({ id, built }) => [id, built.end_date])).toEqual([
      ["aaa", "2024-01-31"],
      ["top100-ew", "2024-02-02"],
    ]);
  });
});
