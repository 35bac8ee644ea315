// A vendor that dies half way: nothing of it is published, what is missing is told, and the next run completes it.
import { describe, expect, it } from "vitest";
import { daily } from "../../lib/jobs/daily.ts";
import { ingestions } from "../../lib/jobs/ingest-runs.ts";
import { sessionCloseUtcMs } from "../../lib/market/sessions.ts";
import { type Home, homes } from "./home.ts";
import {
  deadAfter,
  type History,
  type Instead,
  load,
  RANGE,
  SESSIONS,
  TICKERS,
  vendor,
} from "./vendor-market.ts";

const newHome = homes();

/** The first half of January, and what the whole of it comes to. */
const HALF = SESSIONS.slice(0, 10);

async function halfLoaded(name: History) {
  const [home, whole] = [await newHome(), await newHome()];
  await load(home, (await vendor(name, { sessions: HALF })).source);
  const { source, stub } = await vendor(name);
  await load(whole, source);
  const before = await home.version("market");
  return { home, before, wanted: await whole.version("market"), requests: stub.requests.length };
}

describe.each(["yahoo", "alpha-vantage"] as const)("%s, asked by ticker", (name) => {
  it("leaves the market as it was, whichever request it does not answer any more", async () => {
    const { home, before, wanted, requests } = await halfLoaded(name);
    expect(requests).toBeGreaterThan(8);
    for (let n = 0; n < requests; n++) {
      const { source } = await vendor(name, { instead: deadAfter(n) });
      await expect(load(home, source), `dead after ${n}`).rejects.toMatchObject({
        code: "DEPENDENCY_DOWN",
      });
      expect(await home.version("market")).toBe(before);
    }
    const { ingestions: runs } = await ingestions(home.objects, { limit: 1 });
    expect(runs).toMatchObject([{ outcome: "failed", error: { code: "DEPENDENCY_DOWN" } }]);
    await load(home, (await vendor(name)).source);
    expect(await home.version("market")).toBe(wanted);
  });
});

/** Of a request for the bars of a session: which it is. */
const sessionIn = (path: string) => /\/grouped\/.*\/(\d{4}-\d{2}-\d{2})$/.exec(path)?.[1];

describe("polygon, asked by session", () => {
  it("leaves the market as it was, and is asked for the rest alone by the next run", async () => {
    const { home, before, wanted } = await halfLoaded("polygon");
    const instead: Instead = ({ path }) =>
      (sessionIn(path) ?? "") >= "2024-01-18" ? { fault: "refuse" } : undefined;
    const dying = await vendor("polygon", { instead });
    await expect(load(home, dying.source, 1)).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect(await home.version("market")).toBe(before);
    const { source, stub } = await vendor("polygon");
    expect(await load(home, source, 1)).toMatchObject({
      outcome: "committed",
      rows_accepted: SESSIONS.length * TICKERS.length,
    });
    expect(await home.version("market")).toBe(wanted);
    const asked = stub.requests.flatMap(({ path }) => sessionIn(path) ?? []);
    expect(asked[0], "the last session that came was not noted yet").toBe("2024-01-17");
  });

  it("publishes whole sessions and tells those that are lacking when it dies at the end", async () => {
    const { home, wanted } = await halfLoaded("polygon");
    const instead: Instead = ({ path }) =>
      (sessionIn(path) ?? "") >= "2024-01-30" ? { fault: "refuse" } : undefined;
    const { source } = await vendor("polygon", { instead });
    const summary = await load(home, source);
    expect(summary.available).toEqual({ first: "2024-01-02", last: "2024-01-29" });
    const told = summary.first_failures.filter(({ reason }) => reason === "DEPENDENCY_DOWN");
    expect(told.map(({ date }) => date)).toEqual([20240130, 20240131]);
    await load(home, (await vendor("polygon")).source);
    expect(await home.version("market")).toBe(wanted);
  });
});

/** An evening's run, a minute after the close, that asks for what the market lacks. */
const evening = ({ images, objects }: Home, day: number, name: History, instead?: Instead) =>
  daily(
    {
      images,
      objects,
      nowMs: () => sessionCloseUtcMs(day) + 60_000,
      source: async ({ missing }) =>
        (await vendor(name, { sessions: missing, isWhole: true, instead })).source,
    },
    { eventId: `${day} ${Math.random()}`, minDays: 1, isGated: true },
  );

describe("an evening's run", () => {
  const LAST = RANGE.to;
  const BEFORE = SESSIONS.slice(0, -1);

  it.each([
    ["yahoo", "it is gone", { fault: "refuse" }],
    ["yahoo", "its limit is used up", { status: 429, headers: { "retry-after": "600" } }],
    ["alpha-vantage", "it is gone", { fault: "refuse" }],
    ["polygon", "it is gone", { fault: "refuse" }],
  ] as const)("stores no session by half: %s, when %s", async (name, _, answer) => {
    const home = await newHome();
    await load(home, (await vendor(name, { sessions: BEFORE })).source);
    const before = await home.version("market");
    const { stub, source } = await vendor(name, { sessions: [LAST] });
    await source.facts();
    for await (const _ of source.rows(() => expect.fail("a row was refused")));
    const half: Instead = ({ count }) => (count > stub.requests.length / 2 ? answer : undefined);
    await expect(evening(home, LAST, name, half)).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
    });
    expect(await home.version("market")).toBe(before);
    expect((await evening(home, LAST, name)).market).toMatchObject({
      outcome: "committed",
      sessions_added: 1,
      still_missing: [],
      rows_accepted: TICKERS.length,
    });
  });

  it("says which session it did not get, and asks for it again on the next one", async () => {
    const home = await newHome();
    await load(home, (await vendor("polygon", { sessions: SESSIONS.slice(0, -2) })).source);
    const late: Instead = ({ path }) =>
      sessionIn(path) === "2024-01-30" ? { json: { status: "OK", resultsCount: 0 } } : undefined;
    expect((await evening(home, 20240130, "polygon", late)).market).toMatchObject({
      sessions_added: 0,
      rows_accepted: 0,
      still_missing: ["2024-01-30"],
    });
    expect((await evening(home, LAST, "polygon")).market).toMatchObject({
      sessions_added: 2,
      still_missing: [],
    });
  });
});
