// The index endpoints, from a build to every way of reading it.
import { beforeAll, describe, expect, it } from "vitest";
import { isoDay } from "../../lib/time.ts";
import { MARKET, MISSING, service } from "./service.ts";

const { request } = service();
const FIRST = isoDay(MARKET.sessions[0]!);
const LAST = isoDay(MARKET.sessions.at(-1)!);
const INDEX = "index=top5-ew";

type Day = { date: string; level: number; daily_return: number | null; cumulative_return: number };
type Member = {
  rank: number;
  ticker: string;
  weight: number;
  notional: number;
  index_shares: number;
  price: number;
  price_date: string;
  stale: boolean;
  name: string | null;
};
type Moved = { ticker: string; rank: number | null; previous_rank: number | null; reason: string };
type ChangeDay = { date: string; effective_date: string; entered: Moved[]; exited: Moved[] };

const daysOf = async (query = "") =>
  (await request(`GET /index-performance?${INDEX}${query}`)).body.days as Day[];
const membersOn = async (date: string) =>
  (await request(`GET /index-composition?${INDEX}&date=${date}`)).body.constituents as Member[];

let built: Readonly<Record<string, unknown>>;
beforeAll(async () => {
  const answer = await request("POST /build-index", {
    json: { start_date: FIRST, end_date: LAST, index: { size: 5 } },
  });
  built = answer.body;
});

describe("POST /build-index", () => {
  it("tells what it built", async () => {
    const days = await daysOf();
    const { changes, totals } = (await request(`GET /composition-changes?${INDEX}`)).body as {
      changes: ChangeDay[];
      totals: { days: number; entered: number };
    };
    expect(built).toMatchObject({
      index: "top5-ew",
      start_date: FIRST,
      end_date: LAST,
      trading_days: MARKET.sessions.length,
      constituents: 5,
      changes: changes.length,
      entries: totals.entered,
      final_level: days.at(-1)!.level,
      cumulative_return: days.at(-1)!.level / 1000 - 1,
      days_built: MARKET.sessions.length,
      build_ms: expect.any(Number),
      version: expect.stringMatching(/^[0-9a-f]{16}$/),
    });
  });

  it("warms the answers of the range it built", async () => {
    const query = `${INDEX}&start_date=${FIRST}&end_date=${LAST}`;
    for (const target of [
      `GET /index-performance?${query}`,
      `GET /composition-changes?${query}`,
      `GET /index-composition?${INDEX}&date=${LAST}`,
    ]) {
      expect((await request(target)).headers["x-cache"], target).toBe("hit");
    }
  });

  it("is safe to repeat", async () => {
    const again = await request(
      `POST /build-index?start_date=${FIRST}&end_date=${LAST}&index=top5-ew`,
    );
    expect(again.body).toMatchObject({ days_built: 0, version: built.version });
  });

  it("builds the one day when end_date is left out", async () => {
    const { status, body } = await request("POST /build-index", {
      json: { start_date: "2024-01-20", index: { id: "one-day", size: 2 } },
    });
    expect({ status, code: body.code }).toEqual({ status: 404, code: "NO_TRADING_DAY" });
    const friday = await request("POST /build-index", {
      json: { start_date: "2024-01-19", index: { id: "one-day", size: 2 } },
    });
    expect(friday.body).toMatchObject({
      start_date: "2024-01-19",
      end_date: "2024-01-19",
      trading_days: 1,
      final_level: 1000,
      cumulative_return: 0,
    });
  });

  it("names an index after its rules", async () => {
    const idOf = async (index: unknown) =>
      (await request("POST /build-index", { json: { start_date: LAST, index } })).body.index;
    expect(await idOf(undefined)).toBe("top100-ew");
    expect(await idOf({})).toBe("top100-ew");
    expect(await idOf("top7-ew")).toBe("top7-ew");
    expect(await idOf({ size: 7 })).toBe("top7-ew");
    expect(await idOf({ size: 7, return_type: "total" })).toMatch(/^top7-ew-[0-9a-f]{8}$/);
    expect(await idOf({ id: "mine", size: 7 })).toBe("mine");
  });

  it("refuses other rules under a known id, and an id that says nothing", async () => {
    const other = await request("POST /build-index", {
      json: { start_date: LAST, index: { id: "top5-ew", size: 6 } },
    });
    expect(other).toMatchObject({
      status: 409,
      body: { code: "INDEX_EXISTS", index: "top5-ew", parameters: { size: 5 } },
    });
    const unknown = await request("POST /build-index", {
      json: { start_date: LAST, index: "nobody" },
    });
    expect(unknown).toMatchObject({ status: 404, body: { code: "UNKNOWN_INDEX" } });
  });

  it("keeps the ids that rules get by themselves for those rules", async () => {
    const build = (index: unknown) =>
      request("POST /build-index", { json: { start_date: LAST, index } });
    expect(await build({ id: "top4-ew", size: 6 })).toMatchObject({
      status: 422,
      headers: { "content-type": "application/problem+json" },
      body: {
        code: "RESERVED_INDEX_ID",
        detail:
          'the id "top4-ew" stands for the default rules with 4 members; these rules are "top6-ew": leave the id out, or choose one of another form',
        index: "top4-ew",
        default_id: "top6-ew",
        parameters: { size: 4, rebalance: "daily" },
      },
    });
    expect(await request("GET /indices/top4-ew")).toMatchObject({ status: 404 });
    expect(await build({ id: "top4-ew", size: 4 })).toMatchObject({
      status: 200,
      body: { index: "top4-ew" },
    });
    // Once it exists, it is held against the rules it has.
    expect(await build({ id: "top4-ew", size: 6 })).toMatchObject({
      status: 409,
      body: { code: "INDEX_EXISTS", parameters: { size: 4 } },
    });
  });

  it("warns of a moved base and of a changed market", async () => {
    const index = { id: "moved", size: 2 };
    await request("POST /build-index", { json: { start_date: LAST, index } });
    const { body } = await request("POST /build-index", { json: { start_date: FIRST, index } });
    const { warnings } = body.meta as { warnings: { code: string }[] };
    expect(warnings.map(({ code }) => code)).toContain("REBASED");
  });
});

describe("GET /index-performance", () => {
  it("chains: a range's cumulative return is relative to the close before it", async () => {
    const days = await daysOf();
    expect(days[0]).toMatchObject({
      date: FIRST,
      level: 1000,
      daily_return: null,
      cumulative_return: 0,
      turnover: null,
    });
    for (const [i, day] of days.entries()) {
      if (i > 0) expect(day.level / days[i - 1]!.level - 1).toBeCloseTo(day.daily_return!, 12);
    }
    const january = await daysOf("&start_date=2024-01-01&end_date=2024-01-31");
    const before = days.findLast((day) => day.date < "2024-01-01")!;
    expect(january[0]!.date).toBe("2024-01-02");
    expect(january.map((day) => day.cumulative_return)).toEqual(
      january.map((day) => day.level / before.level - 1),
    );
  });

  it("gives benchmark and net level when asked", async () => {
    const { body } = await request(
      `GET /index-performance?${INDEX}&benchmark=cap_weighted&risk_free=0.03&cost_bps=10`,
    );
    const days = body.days as (Day & { turnover: number | null; net_level: number })[];
    let net = 1000;
    for (const day of days) {
      net *= (1 + (day.daily_return ?? 0)) * (1 - 0.001 * 2 * (day.turnover ?? 0));
      expect(day.net_level).toBeCloseTo(net, 8);
    }
    expect(body.benchmark).toMatchObject({ name: "cap_weighted" });
    expect((body.benchmark as { days: Day[] }).days).toHaveLength(days.length);
    expect(body.summary).toHaveProperty("tracking_error_annual");
  });

  it("says what stood behind the figures", async () => {
    const { body } = await request(`GET /index-performance?${INDEX}`);
    const meta = body.meta as { warnings: { code: string; count: number; examples: unknown[] }[] };
    expect(meta).toMatchObject({ as_of: LAST, point_in_time: true });
    const byCode = Object.fromEntries(meta.warnings.map((w) => [w.code, w]));
    expect(Object.keys(byCode).sort()).toEqual(
      ["CAPS_AS_DELIVERED", "CAP_MISSING", "MISSING_SESSION", "STALE_PRICE"].sort(),
    );
    expect(byCode.MISSING_SESSION).toMatchObject({ count: 1, examples: [{ date: MISSING }] });
    expect(byCode.STALE_PRICE!.examples.length).toBeLessThanOrEqual(10);
  });
});

describe("GET /index-composition", () => {
  it("gives members in rank order whose weights sum to 1", async () => {
    const members = await membersOn(LAST);
    expect(members.map(({ rank }) => rank)).toEqual([1, 2, 3, 4, 5]);
    expect(members.reduce((sum, m) => sum + m.weight, 0)).toBeCloseTo(1, 12);
    expect(members.every((m) => m.notional === 1_000_000)).toBe(true);
    expect(members.every((m) => m.index_shares === m.notional / m.price)).toBe(true);
    const { body } = await request(`GET /index-composition?${INDEX}&date=2024-01-19`);
    expect(body).toMatchObject({ date: "2024-01-19", effective_date: "2024-01-22", reserve: [] });
  });

  it("marks a carried price and says from when it is", async () => {
    const { warnings } = (await request(`GET /index-performance?${INDEX}`)).body.meta as {
      warnings: { code: string; examples: { date: string; ticker: string }[] }[];
    };
    const [stale] = warnings.find(({ code }) => code === "STALE_PRICE")!.examples;
    const member = (await membersOn(stale!.date)).find(({ ticker }) => ticker === stale!.ticker)!;
    expect(member.stale).toBe(true);
    expect(member.price_date < stale!.date).toBe(true);
    expect((await membersOn(stale!.date)).filter((m) => !m.stale).map((m) => m.price_date)).toEqual(
      (await membersOn(stale!.date)).filter((m) => !m.stale).map(() => stale!.date),
    );
  });

  it("shows the names that stand next", async () => {
    const { body } = await request(`GET /index-composition?${INDEX}&date=${LAST}&reserve=2`);
    const reserve = body.reserve as { rank: number; ticker: string }[];
    expect(reserve.map(({ rank }) => rank)).toEqual([6, 7]);
    const seven = await request("POST /build-index", {
      json: { start_date: LAST, index: { size: 7 } },
    });
    expect(seven.status).toBe(200);
    const { constituents } = (await request(`GET /index-composition?index=top7-ew&date=${LAST}`))
      .body as { constituents: Member[] };
    expect(constituents.slice(5).map(({ ticker }) => ticker)).toEqual(
      reserve.map(({ ticker }) => ticker),
    );
  });
});

describe("GET /composition-changes", () => {
  it("lists what the compositions of two days differ by", async () => {
    const { body } = await request(`GET /composition-changes?${INDEX}`);
    const { changes } = body as { changes: ChangeDay[] };
    expect(changes.length).toBeGreaterThan(3);
    const dates = MARKET.sessions.map(isoDay);
    for (const { date, entered, exited } of changes) {
      const before = (await membersOn(dates[dates.indexOf(date) - 1]!)).map((m) => m.ticker);
      const after = (await membersOn(date)).map((m) => m.ticker);
      // The one rename of this market is neither.
      const same = (ticker: string) => ticker.replace("NCX", "NC");
      const was = before.map(same);
      const is = after.map(same);
      expect(entered.map((e) => same(e.ticker))).toEqual(is.filter((t) => !was.includes(t)).sort());
      expect(exited.map((e) => same(e.ticker))).toEqual(was.filter((t) => !is.includes(t)).sort());
    }
  });

  it("compares the first day of a range with the trading day before it", async () => {
    const { body } = await request(`GET /composition-changes?${INDEX}`);
    const all = (body as { changes: ChangeDay[] }).changes;
    const { date } = all[1]!;
    const one = await request(
      `GET /composition-changes?${INDEX}&start_date=${date}&end_date=${date}`,
    );
    expect(one.body).toMatchObject({ changes: [all[1]], totals: { days: 1 } });
  });

  it("has the same shape when nothing changed", async () => {
    const { body } = await request(
      `GET /composition-changes?${INDEX}&start_date=${FIRST}&end_date=${FIRST}`,
    );
    expect(body).toMatchObject({ changes: [], totals: { days: 0, entered: 0, exited: 0 } });
  });
});

describe("GET /index-attribution", () => {
  it("gives contributions that sum to the day's return", async () => {
    const days = await daysOf();
    for (const day of days.slice(1)) {
      const { body } = await request(`GET /index-attribution?${INDEX}&date=${day.date}`);
      const contributions = body.contributions as { contribution: number }[];
      const sum = contributions.reduce((total, c) => total + c.contribution, 0);
      expect(sum, day.date).toBeCloseTo(day.daily_return!, 12);
      expect(body.daily_return).toBe(day.daily_return);
      expect((body.meta as { warnings: { code: string }[] }).warnings).not.toContainEqual(
        expect.objectContaining({ code: "MARKET_CHANGED" }),
      );
    }
  });

  it("has none on the base day", async () => {
    const { body } = await request(`GET /index-attribution?${INDEX}&date=${FIRST}`);
    expect(body).toMatchObject({ contributions: [], daily_return: null, previous_date: null });
  });

  it("looks across a session nobody captured and across the year's end", async () => {
    const previous = async (date: string) =>
      (await request(`GET /index-attribution?${INDEX}&date=${date}`)).body.previous_date;
    expect(await previous("2024-01-18")).toBe("2024-01-16");
    expect(await previous("2024-01-02")).toBe("2023-12-29");
  });
});

describe("GET /indices", () => {
  it("shows the rules of each index and what it covers", async () => {
    const { body } = await request("GET /indices/top5-ew");
    expect(body).toMatchObject({
      id: "top5-ew",
      parameters: { size: 5, rebalance: "daily", universe: { countries: ["United States"] } },
      built: { start_date: FIRST, end_date: LAST },
    });
    const all = (await request("GET /indices")).body.indices as { id: string }[];
    expect(all.map(({ id }) => id)).toContain("top5-ew");
    expect(await request("GET /indices/nobody")).toMatchObject({
      status: 404,
      body: { code: "UNKNOWN_INDEX" },
    });
  });

  it("forgets an index that is deleted, and nothing else", async () => {
    await request("POST /build-index", { json: { start_date: LAST, index: { id: "short" } } });
    expect((await request("DELETE /indices/short")).status).toBe(204);
    for (const target of [
      "GET /indices/short",
      "DELETE /indices/short",
      "GET /index-performance?index=short",
      `GET /index-composition?index=short&date=${LAST}`,
    ]) {
      expect(await request(target), target).toMatchObject({
        status: 404,
        body: { code: "UNKNOWN_INDEX" },
      });
    }
    expect((await request(`GET /index-performance?${INDEX}`)).status).toBe(200);
  });
});

describe("GET /indices/{id}/members/{ticker}", () => {
  type Spell = { from: string; to: string | null; days: number; ticker: string };

  it("tells a security's history over its rename, under either ticker", async () => {
    const [now, then] = await Promise.all([
      request("GET /indices/top5-ew/members/NCX"),
      request("GET /indices/top5-ew/members/NC"),
    ]);
    const { meta: _, ...history } = now.body;
    expect(then.body).toMatchObject(history);
    expect(history).toMatchObject({ ticker: "NCX", name: "New & <Sons>" });
    const spells = history.spells as Spell[];
    expect(spells.reduce((sum, spell) => sum + spell.days, 0)).toBe(history.member_days);
    const renamed = isoDay(MARKET.changes[0]!.date);
    expect(spells.some(({ from, to }) => from < renamed && (to === null || to >= renamed))).toBe(
      true,
    );
  });

  it("agrees with the compositions of every day", async () => {
    const dates = MARKET.sessions.map(isoDay);
    const held = new Map<string, string[]>();
    for (const date of dates) {
      for (const { ticker } of await membersOn(date)) {
        held.set(ticker, [...(held.get(ticker) ?? []), date]);
      }
    }
    held.delete("NC");
    held.delete("NCX");
    let gaps = 0;
    for (const [ticker, wanted] of held) {
      const { body } = await request(`GET /indices/top5-ew/members/${ticker}`);
      const spells = body.spells as Spell[];
      const told = dates.filter((date) =>
        spells.some(({ from, to }) => from <= date && (to === null || date <= to)),
      );
      expect(told, ticker).toEqual(wanted);
      expect(spells.reduce((sum, spell) => sum + spell.days, 0)).toBe(wanted.length);
      expect(spells.at(-1)!.to === null).toBe(wanted.at(-1) === LAST);
      gaps += spells.length - 1;
    }
    expect(gaps).toBeGreaterThan(0);
  });

  it("does not know a security that was never a member", async () => {
    expect(await request("GET /indices/top5-ew/members/NONE")).toMatchObject({
      status: 404,
      body: { code: "UNKNOWN_SECURITY" },
    });
  });
});
