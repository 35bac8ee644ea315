// Figures of portfolios over markets whose prices are written here: worked out by hand beside what the job says.
import { describe, expect, it } from "vitest";
import { METHODS } from "../../../lib/schemas/risk.ts";
import { isoDay } from "../../../lib/time.ts";
import {
  call,
  type Metrics,
  pricesOf,
  riskHomes,
  sessionsOf,
  stock,
  wave,
  wild,
} from "./risk-home.ts";

const newHome = riskHomes();

/** Forty days of gains and losses of at most 4 %, no two alike. */
const RETURNS = Array.from({ length: 40 }, (_, i) => (((i * 7) % 40) - 19.5) / 500);
const LAST = 100;
const worst = [...RETURNS].sort((a, b) => a - b);

const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
const codes = ({ meta }: Metrics) => meta.warnings.map(({ code }) => code);
const parts = ({ components }: Metrics) => components.map((one) => one.expected_shortfall_usd);

describe("historical figures of shares", () => {
  it("are the losses of the worst days, the last one counted in part", async () => {
    const home = await newHome();
    const prices = pricesOf(RETURNS);
    await home.load({ A: prices });
    const id = await home.add({ positions: [stock("A", LAST)] });
    const value = LAST * prices.at(-1)!;
    const body = await home.metrics(id, { confidence: "0.9375" });
    // A sixteenth of forty days: the two worst, and half of the third.
    const shortfall = (-value * (worst[0]! + worst[1]! + 0.5 * worst[2]!)) / 2.5;
    expect(body.value_usd).toBeCloseTo(value, 8);
    expect(body.value_at_risk_usd).toBeCloseTo(-value * worst[2]!, 8);
    expect(body.expected_shortfall_usd).toBeCloseTo(shortfall, 8);
    expect(body.pnl_last_day_usd).toBeCloseTo(value - value / (1 + RETURNS.at(-1)!), 8);
    expect(body.window).toMatchObject({ days: 500, scenarios: 40 });
    expect(body.exposure).toMatchObject({ gross_usd: body.value_usd, net_usd: body.value_usd });
    expect(codes(body)).toEqual(expect.arrayContaining(["FEWER_SCENARIOS", "NO_BACKTEST"]));
    expect(codes(body)).not.toContain("SHORT_HISTORY");
  });

  it("turn round when the shares are sold short", async () => {
    const home = await newHome();
    await home.load({ A: pricesOf(RETURNS) });
    const id = await home.add({ positions: [stock("A", -1)] });
    const body = await home.metrics(id, { confidence: "0.975" });
    expect(body.value_usd).toBeLessThan(0);
    expect(body.expected_shortfall_usd).toBeCloseTo(-body.value_usd * worst.at(-1)!, 10);
    expect(body.exposure).toMatchObject({ long_usd: 0, short_usd: body.value_usd });
  });

  it("grow over several days by the runs that were there", async () => {
    const home = await newHome();
    await home.load({ A: pricesOf(RETURNS) });
    const id = await home.add({ positions: [stock("A", 1)] });
    const runs = RETURNS.slice(2).map(
      (last, i) => (1 + RETURNS[i]!) * (1 + RETURNS[i + 1]!) * (1 + last) - 1,
    );
    const body = await home.metrics(id, { confidence: "0.975", horizon: "3" });
    expect(body.window.scenarios).toBe(38);
    expect(body.horizon_rule).toBe("overlapping_returns");
    expect(body.value_at_risk_usd).toBeCloseTo(-body.value_usd * Math.min(...runs), 8);
  });

  it("count a split as no loss and a dividend as a gain", async () => {
    const home = await newHome();
    const flat = Array.from({ length: 30 }, () => 0);
    const prices = pricesOf(flat).map((price, at) => (at < 10 ? price : price / 2));
    const dates = sessionsOf({ A: prices });
    const paid = prices.map((price, at) => (at < 20 ? price : price - 1));
    await home.load(
      { A: paid },
      {
        actions: [
          { date: dates[10]!, ticker: "A", action: "split", value: 2 },
          { date: dates[20]!, ticker: "A", action: "dividend", value: 1 },
        ],
      },
    );
    const id = await home.add({ positions: [stock("A", 1)] });
    const body = await home.metrics(id);
    expect(body.expected_shortfall_usd).toBeCloseTo(0, 10);
    expect(body.value_usd).toBeCloseTo(49, 10);
  });
});

describe("every method", () => {
  const RISING = wild(400, 1);
  const other = wild(400, 2);
  const BOOK = [stock("A", 100), stock("B", -40), call("A", 105, "2024-06-21", -1)];

  it.each(METHODS)(
    "%s shares its shortfall out among positions, and the parts sum to it",
    async (method) => {
      const home = await newHome();
      await home.load({ A: pricesOf(RISING), B: pricesOf(other, 50) });
      const id = await home.add({ rate: 0.03, positions: BOOK });
      for (const horizon of ["1", "5"]) {
        const body = await home.metrics(id, { method, horizon, confidence: "0.95" });
        const { expected_shortfall_usd: shortfall, value_at_risk_usd: atRisk } = body;
        expect(shortfall).toBeGreaterThanOrEqual(atRisk);
        expect(shortfall).toBeGreaterThan(0);
        expect(sum(parts(body))).toBeCloseTo(shortfall, 6);
        expect(body.components).toHaveLength(3);
      }
    },
  );

  it.each(METHODS)("%s is tested on days it did not know", async (method) => {
    const home = await newHome();
    await home.load({ A: pricesOf(RISING) });
    const id = await home.add({ positions: [stock("A", 10)] });
    const { backtest } = await home.metrics(id, { method, confidence: "0.9" });
    expect(backtest).toMatchObject({ days: 200, estimated_from_days: 200 });
    expect(backtest!.expected_exceptions).toBeCloseTo(20, 8);
    expect(backtest!.exceptions).toBeGreaterThan(8);
    expect(backtest!.exceptions).toBeLessThan(36);
  });

  it("is told not to hold when the market changes its manner", async () => {
    const home = await newHome();
    await home.load({ A: pricesOf([...wave(100, 1, 0.002), ...wave(100, 2, 0.05)]) });
    const id = await home.add({ positions: [stock("A", 10)] });
    const { backtest } = await home.metrics(id, { confidence: "0.975" });
    expect(backtest).toMatchObject({ basel_zone: "red" });
    expect(backtest!.exceptions).toBeGreaterThan(8);
    expect(backtest!.kupiec.p_value).toBeLessThan(0.01);
    expect(backtest!.z2).toBeLessThan(-0.7);
  });

  it("says where an expansion is no quantile function", async () => {
    const home = await newHome();
    const jump = [...wave(100, 1, 0.001), -0.2, ...wave(99, 2, 0.001)];
    await home.load({ A: pricesOf(jump) });
    const id = await home.add({ positions: [stock("A", 10)] });
    const body = await home.metrics(id, { method: "cornish_fisher" });
    expect(body.fit.is_monotone).toBe(false);
    expect(codes(body)).toContain("NOT_MONOTONE");
  });

  it("is refused where too few losses lie beyond a threshold", async () => {
    const home = await newHome();
    await home.load({ A: pricesOf(RETURNS) });
    const id = await home.add({ positions: [stock("A", 10)] });
    const refused = home.metrics(id, { method: "evt", confidence: "0.99" });
    await expect(refused).rejects.toMatchObject({ code: "DEGENERATE_INPUT", details: {} });
    expect(home.counted.get("qf_risk_calculations_total metrics refused")).toBe(1);
  });
});

describe("options", () => {
  it("are valued anew on each day, so that a call loses less than its delta says", async () => {
    const home = await newHome();
    await home.load({ A: pricesOf(RETURNS) });
    const expiry = "2022-06-17";
    const long = await home.add({ id: "long", positions: [call("A", 95, expiry, 1)] });
    const body = await home.metrics(long, { confidence: "0.975" });
    const [held] = body.greeks.by_underlying;
    const linear = -held!.delta_usd * worst[0]!;
    expect(body.expected_shortfall_usd).toBeGreaterThan(0);
    expect(body.expected_shortfall_usd).toBeLessThan(linear);
    expect(body.expected_shortfall_usd).toBeLessThan(body.value_usd);
    expect(held!.delta_shares).toBeGreaterThan(0);
    expect(held!.gamma_shares_per_usd).toBeGreaterThan(0);
    expect(body.greeks.vega_usd_per_point).toBeGreaterThan(0);
    expect(body.greeks.theta_usd_per_day).toBeLessThan(0);
  });

  it("that have expired are left out, and said", async () => {
    const home = await newHome();
    await home.load({ A: pricesOf(RETURNS) });
    const expired = call("A", 95, "2022-01-21", 1);
    const id = await home.add({ positions: [expired, stock("A", 1)] });
    const body = await home.metrics(id);
    expect(body.components).toHaveLength(1);
    expect(body.meta.warnings).toContainEqual(
      expect.objectContaining({
        code: "EXPIRED_OPTION",
        count: 1,
        examples: [{ underlying: "A", expiry: "2022-01-21" }],
      }),
    );
    const alone = await home.add({ positions: [expired] });
    await expect(home.metrics(alone)).rejects.toMatchObject({
      code: "UNPRICED_POSITION",
      details: { symbols: ["A"] },
    });
  });
});

describe("history", () => {
  it("of a late listing leaves only the days on which everything has a return, and names it", async () => {
    const home = await newHome();
    const late = [...Array.from({ length: 16 }, () => null), ...pricesOf(RETURNS.slice(16))];
    const prices = { A: pricesOf(RETURNS), B: late };
    await home.load(prices);
    const id = await home.add({ positions: [stock("A", 1), stock("B", 1)] });
    const body = await home.metrics(id, { window: "60" });
    expect(body.window.scenarios).toBe(24);
    expect(body.meta.warnings).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          code: "SHORT_HISTORY",
          count: 1,
          examples: [{ symbol: "B", from: isoDay(sessionsOf(prices)[17]!) }],
        }),
        expect.objectContaining({ code: "FEWER_SCENARIOS", count: 36 }),
      ]),
    );
  });

  it("that is too short for everything together is refused with whose it is", async () => {
    const home = await newHome();
    const late = [...Array.from({ length: 30 }, () => null), ...pricesOf(RETURNS.slice(30))];
    await home.load({ A: pricesOf(RETURNS), B: late });
    const id = await home.add({ positions: [stock("A", 1), stock("B", 1)] });
    await expect(home.metrics(id)).rejects.toMatchObject({
      code: "TOO_FEW_SCENARIOS",
      details: { scenarios: 10, least: 20, short: [{ symbol: "B" }] },
    });
  });

  it("carries a price over a halt, says so, and counts the move behind it", async () => {
    const home = await newHome();
    const whole = pricesOf(RETURNS);
    const halted = whole.map((price, at) => (at === 20 || at === 21 ? null : price));
    const prices = { A: halted, B: pricesOf(RETURNS) };
    await home.load(prices);
    const id = await home.add({ positions: [stock("A", 1)] });
    const { meta, window } = await home.metrics(id);
    expect(window.scenarios).toBe(40);
    const stale = meta.warnings.find(({ code }) => code === "STALE_PRICE");
    const dates = sessionsOf(prices);
    expect(stale).toMatchObject({
      count: 2,
      examples: [
        { date: isoDay(dates[21]!), ticker: "A" },
        { date: isoDay(dates[20]!), ticker: "A" },
      ],
    });
  });

  it("that ended some days ago prices nothing any more", async () => {
    const home = await newHome();
    const gone = pricesOf(RETURNS).map((price, at) => (at > 30 ? null : price));
    await home.load({ A: gone, B: pricesOf(RETURNS) });
    const id = await home.add({ positions: [stock("A", 1), stock("B", 1)] });
    await expect(home.metrics(id)).rejects.toMatchObject({
      code: "UNPRICED_POSITION",
      details: { symbols: ["A"] },
    });
  });

  it("after the day that is asked about changes nothing", async () => {
    const dates = sessionsOf({ A: pricesOf(RETURNS) });
    const day = isoDay(dates[30]!);
    const bodies: Metrics[] = [];
    for (const known of [31, 41]) {
      const home = await newHome();
      await home.load({ A: pricesOf(RETURNS).slice(0, known) });
      const id = await home.add({ id: "same", positions: [stock("A", 1)] });
      bodies.push(await home.metrics(id, { as_of: day }));
    }
    const [then, now] = bodies.map(({ meta: { dataset_version: _, ...meta }, ...body }) => ({
      ...body,
      meta,
    }));
    expect(now).toEqual(then);
    expect(now!.meta.as_of).toBe(day);
  });

  it("says where it is simulated", async () => {
    const home = await newHome();
    await home.load({ A: pricesOf(RETURNS) }, { kind: "simulated" });
    const id = await home.add({ positions: [stock("A", 1)] });
    expect(codes(await home.metrics(id))).toContain("SIMULATED_DATA");
  });
});

describe("an index", () => {
  it("is valued at its level and moves as it did", async () => {
    const home = await newHome();
    const prices = { A: pricesOf(RETURNS), B: pricesOf(wave(40, 3)), C: pricesOf(wave(40, 4)) };
    await home.load(prices);
    const dates = sessionsOf(prices);
    await home.build({ start: dates[0]!, end: dates[35]! });
    const id = await home.add({ positions: [{ kind: "index", index: "tiny", quantity: 2 }] });
    const body = await home.metrics(id);
    expect(body.meta.as_of).toBe(isoDay(dates[35]!));
    const [held] = body.greeks.by_underlying;
    expect(body.value_usd).toBeCloseTo(2 * held!.spot, 8);
    expect(body.window.scenarios).toBe(35);
    await expect(home.metrics(id, { as_of: isoDay(dates[38]!) })).rejects.toMatchObject({
      code: "INDEX_NOT_BUILT",
    });
  });
});

describe("the version of the answer", () => {
  it("follows portfolio, market and index", async () => {
    const home = await newHome();
    const prices = { A: pricesOf(RETURNS), B: pricesOf(wave(40, 3)), C: pricesOf(wave(40, 4)) };
    await home.load(prices);
    const dates = sessionsOf(prices);
    await home.build({ start: dates[0]!, end: dates[30]! });
    const positions = [stock("A", 1), { kind: "index", index: "tiny", quantity: 2 }];
    const id = await home.add({ positions });
    const versions = [await home.version(id)];
    expect(await home.version(id)).toBe(versions[0]);
    await home.build({ start: dates[0]!, end: dates[35]! });
    versions.push(await home.version(id));
    await home.add({ positions: [stock("B", 1)] });
    versions.push(await home.version(id));
    await home.load({
      ...prices,
      A: pricesOf(RETURNS).map((price, at) => (at === 9 ? 77 : price)),
    });
    versions.push(await home.version(id));
    expect(new Set(versions).size).toBe(4);
  });
});

describe("what is counted", () => {
  it("is each calculation with its time, and the last figures as fractions of the exposure", async () => {
    const home = await newHome();
    await home.load({ A: pricesOf(RETURNS) });
    const id = await home.add({ positions: [stock("A", -3)] });
    const body = await home.metrics(id, { method: "normal" });
    expect(home.counted.get("qf_risk_calculations_total metrics done")).toBe(1);
    expect(home.counted.get("qf_risk_calc_latency_seconds metrics")).toBe(1);
    expect([...home.kept.keys()]).toEqual(["risk:last:normal"]);
    const gross = body.exposure.gross_usd;
    expect(JSON.parse(home.kept.get("risk:last:normal")!)).toEqual([
      body.value_at_risk_usd / gross,
      body.expected_shortfall_usd / gross,
    ]);
    await home.metrics(id, { confidence: "0.99" });
    await home.metrics(id, { horizon: "2" });
    expect(home.kept.size).toBe(1);
  });
});
