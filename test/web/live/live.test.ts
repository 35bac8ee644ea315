// The client of live connections against a gateway: what it is told, in what order, and what it does when the way is bad.
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { afterEach, describe, expect, expectTypeOf, it, vi } from "vitest";
import type * as service from "../../../lib/stream/items.ts";
import {
  connectLive,
  type Gap,
  type How,
  type Item,
  type Live,
  type LiveOptions,
  type Position,
  type Status,
} from "../../../web/api/live.ts";
import { liveMarket, type MarketOptions } from "./market.ts";

const opened: { close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of opened.splice(0).reverse()) await one.close();
});

type Market = Awaited<ReturnType<typeof liveMarket>>;
type Told = Readonly<{ item: Item; how: How; sentAt: string | undefined }>;

async function markets(options?: MarketOptions): Promise<Market> {
  const market = await liveMarket(options);
  opened.push(market);
  return market;
}

function client(market: Market, options: Partial<LiveOptions> = {}) {
  const told: Told[] = [];
  const gaps: Gap[] = [];
  const statuses: Status[] = [];
  const errors: unknown[] = [];
  const live: Live = connectLive({
    address: () => market.gateway.address,
    onItem: (item, { how, sentAt }) => told.push({ item, how, sentAt }),
    onGap: (gap) => gaps.push(gap),
    onStatus: (status) => statuses.push(status),
    onError: (error) => errors.push(error),
    heartbeatMs: 60_000,
    answerMs: 2_000,
    pauseMs: 5,
    random: () => 1,
    ...options,
  });
  opened.push(live);
  const of = (channel: Item["channel"], symbol = "A") =>
    told.map(({ item }) => item).filter((one) => one.channel === channel && one.symbol === symbol);
  const finals = (symbol = "A") =>
    of("bars", symbol).flatMap((one) => (one.channel === "bars" && !one.partial ? [one.seq] : []));
  return { ...live, told, gaps, statuses, errors, of, finals };
}

const until = (done: () => void) => vi.waitFor(done, { timeout: 8_000, interval: 5 });
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);
const settled = async (market: Market, one: ReturnType<typeof client>, symbol = "A") =>
  until(() => {
    const trades = one.of("trades", symbol);
    expect(trades.at(-1)?.seq).toBe(market.lastSeq(symbol));
  });

describe("what the client tells", () => {
  it("has the types that the service sends", () => {
    expectTypeOf<Item>().toEqualTypeOf<service.Item>();
    expectTypeOf<Gap>().toEqualTypeOf<service.Gap>();
    expectTypeOf<Position>().toEqualTypeOf<service.Position>();
  });

  it("is how things stand, and then everything that happens, once and in order", async () => {
    const market = await markets();
    for (let i = 0; i < 5; i++) await market.push();
    const one = client(market);
    one.subscribe(["trades", "bars", "indicators", "anomalies"], ["A"]);
    await until(() => expect(one.told.length).toBeGreaterThan(0));
    expect(one.told.every(({ how, item }) => how === "snapshot" && item.symbol === "A")).toBe(true);
    const known = market.count("A", "bars");
    const trades = market.lastSeq("A");
    for (let i = 0; i < 12; i++) await market.push();
    await settled(market, one);
    expect(one.finals()).toEqual(upTo(market.count("A", "bars"), known));
    expect(one.of("anomalies").map(({ seq }) => seq)).toEqual(upTo(market.count("A", "anomalies")));
    expect(one.of("indicators").map(({ seq }) => seq)).toEqual(
      upTo(market.count("A", "indicators"), known),
    );
    const stream = one.told.filter(
      ({ how, item }) => how === "stream" && item.channel === "trades",
    );
    expect(stream[0]!.item).toMatchObject({ first_seq: trades + 1 });
    expect(stream.every(({ sentAt }) => !Number.isNaN(Date.parse(sentAt ?? "")))).toBe(true);
    expect(one.of("trades", "B"), "nothing of what was not asked for").toEqual([]);
    expect([one.gaps, one.errors]).toEqual([[], []]);
    expect(one.statuses).toEqual(["live"]);
  });

  it("ends with unsubscribe, for that symbol and channel", async () => {
    const market = await markets();
    const one = client(market);
    one.subscribe(["trades", "anomalies"], ["A", "B"]);
    await until(() => expect(market.subscribed()).toHaveLength(4));
    await market.push();
    await settled(market, one);
    one.unsubscribe(["trades"], ["B"]);
    await until(() =>
      expect(market.subscribed()).toEqual(["anomalies A", "anomalies B", "trades A"]),
    );
    const before = one.of("trades", "B").length;
    await market.push();
    await settled(market, one);
    expect(one.of("trades", "B")).toHaveLength(before);
  });

  it("is a large snapshot whole, however many frames it takes", async () => {
    const symbols = upTo(190).map((n) => `S${n}`);
    const market = await markets({ symbols });
    for (let i = 0; i < 4; i++) await market.push();
    const one = client(market);
    one.subscribe(["trades", "bars"], symbols);
    await until(() => expect(new Set(one.told.map(({ item }) => item.symbol)).size).toBe(190));
    await until(() => expect(one.told).toHaveLength(3 * 190));
    expect(one.told.every(({ how }) => how === "snapshot")).toBe(true);
  });

  it("is what the service says of a subscription that it refuses, and the others go on", async () => {
    const market = await markets();
    const one = client(market);
    one.subscribe(["trades"], ["A"]);
    await until(() => expect(market.subscribed()).toEqual(["trades A"]));
    market.state.refuse = { code: "BAD_REQUEST", symbols_max: 200 };
    one.subscribe(["trades"], ["B"]);
    await until(() =>
      expect(one.errors).toMatchObject([{ code: "BAD_REQUEST", symbols_max: 200 }]),
    );
    market.state.refuse = undefined;
    await market.push();
    await settled(market, one);
    expect(one.of("trades", "B")).toEqual([]);
  });

  it("comes after all when the service was busy for a moment", async () => {
    const market = await markets();
    market.state.refuse = { code: "DEPENDENCY_DOWN" };
    const one = client(market, { random: () => 0.05 });
    one.subscribe(["trades"], ["A"]);
    await until(() => expect(market.gateway.messages.length).toBeGreaterThan(1));
    market.state.refuse = undefined;
    await until(() => expect(market.subscribed()).toEqual(["trades A"]));
    expect(one.errors).toEqual([]);
  });
});

describe("a bad way", () => {
  it("does not lose, repeat or shuffle anything for the one who is told", async () => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat(9)), async (chance) => {
        const draw = () => chance.next().value as number;
        let late: string[] = [];
        let isBad = true;
        const way = (text: string): string[] => {
          const fate = isBad ? draw() : 9;
          if (fate === 0) return [];
          if (fate === 1) return [text, text];
          if (fate === 2) {
            late.push(text);
            return [];
          }
          const frames = [text, ...late];
          late = [];
          return frames;
        };
        const market = await markets({ way });
        const one = client(market);
        one.subscribe(["trades", "bars", "anomalies"], ["A", "B"]);
        await until(() => expect(market.subscribed()).toHaveLength(6));
        for (let i = 0; i < 40; i++) {
          if (draw() === 0 && i > 2) {
            await settle(one);
            market.gateway.cut();
          }
          await market.push();
        }
        // Nothing may be missing in the end either.
        isBad = false;
        for (let i = 0; i < 3; i++) await market.push();
        for (const symbol of ["A", "B"]) await until(() => whole(market, one, symbol));
        for (const symbol of ["A", "B"]) {
          expect(one.finals(symbol)).toEqual(upTo(market.count(symbol, "bars")));
          const found = one.of("anomalies", symbol).map(({ seq }) => seq);
          expect(found).toEqual(upTo(market.count(symbol, "anomalies")));
          const trades = one.of("trades", symbol);
          for (let at = 1; at < trades.length; at++)
            expect(Reflect.get(trades[at]!, "first_seq")).toBeLessThanOrEqual(
              trades[at - 1]!.seq + 1,
            );
          expect(trades.map(({ seq }) => seq)).toEqual(
            trades.map(({ seq }) => seq).toSorted((a, b) => a - b),
          );
        }
        expect(one.gaps).toEqual([]);
        one.close();
        await market.close();
      }),
      { numRuns: 12 },
    );
  });

  it("that loses the last anomaly of a symbol is noticed by its next trade", async () => {
    let frames = 0;
    const market = await markets({ way: (text) => (++frames === 8 ? [] : [text]) });
    const one = client(market);
    one.subscribe(["trades", "anomalies"], ["A"]);
    await until(() => expect(market.subscribed()).toHaveLength(2));
    for (let i = 0; i < 9; i++) await market.push();
    await until(() => expect(one.of("anomalies").map(({ seq }) => seq)).toEqual([1, 2]));
    expect(market.gateway.messages.filter(({ action }) => action === "resume")).toHaveLength(1);
  });

  it("is told of as a gap where nobody can tell what was missed", async () => {
    let isDropped = false;
    const market = await markets({ way: (text) => (isDropped ? [] : [text]) });
    const one = client(market);
    one.subscribe(["bars"], ["A"]);
    await until(() => expect(market.subscribed()).toHaveLength(1));
    for (let i = 0; i < 4; i++) await market.push();
    await until(() => expect(one.finals()).toEqual([1, 2]));
    isDropped = true;
    for (let i = 0; i < 8; i++) await market.push();
    market.forgetUpTo(4);
    isDropped = false;
    for (let i = 0; i < 2; i++) await market.push();
    await until(() => expect(one.finals()).toEqual([1, 2, 5, 6, 7]));
    expect(one.gaps).toEqual([{ channel: "bars", symbol: "A", from: 3, to: 4 }]);
  });

  it("is no matter where what nobody can tell was before anything was told", async () => {
    const market = await markets();
    const one = client(market);
    for (let i = 0; i < 6; i++) market.step();
    // Its snapshot has neither: as if all of it lay in the image of the day.
    market.forgetUpTo(market.count("A", "bars"));
    one.subscribe(["anomalies", "bars"], ["A"]);
    await until(() => expect(market.subscribed()).toHaveLength(2));
    const before = market.count("A", "bars");
    for (let i = 0; i < 8; i++) await market.push();
    await until(() => expect(one.finals()).toEqual(upTo(market.count("A", "bars"), before + 1)));
    await until(() => expect(one.of("anomalies").at(-1)?.seq).toBe(market.count("A", "anomalies")));
    expect(one.gaps).toEqual([]);
  });

  it("whose end is silent is noticed, and what was missed meanwhile comes", async () => {
    const market = await markets();
    const one = client(market, { heartbeatMs: 150, answerMs: 100 });
    one.subscribe(["bars", "trades"], ["A"]);
    await until(() => expect(market.subscribed()).toHaveLength(2));
    await market.push();
    await settled(market, one);
    await sleep(400);
    expect(one.statuses, "pings are answered").toEqual(["live"]);
    expect(
      market.gateway.messages.filter(({ action }) => action === "ping").length,
    ).toBeGreaterThan(0);
    market.state.isSilent = true;
    await until(() => expect(one.statuses).toEqual(["live", "stale", "connecting"]));
    for (let i = 0; i < 6; i++) market.step();
    market.state.isSilent = false;
    await until(() => expect(one.statuses.at(-1)).toBe("live"));
    await settled(market, one);
    expect(one.finals()).toEqual(upTo(market.count("A", "bars")));
    expect(market.gateway.made()).toBeGreaterThan(1);
    expect(one.gaps).toEqual([]);
  });

  it("is tried again after pauses that grow to their most, spread by chance", async () => {
    const times: number[] = [];
    const market = await markets({
      handshake: () => {
        times.push(performance.now());
        return times.length < 6 ? 503 : 101;
      },
    });
    const one = client(market, { pauseMs: 20, pauseMsMax: 90 });
    one.subscribe(["trades"], ["A"]);
    await until(() => expect(market.subscribed()).toEqual(["trades A"]));
    const pauses = times.slice(1).map((ms, at) => ms - times[at]!);
    expect(pauses).toHaveLength(5);
    const least = [20, 40, 80, 90, 90];
    for (const [at, ms] of pauses.entries()) expect(ms).toBeGreaterThanOrEqual(least[at]! - 2);
    expect(Math.max(...pauses)).toBeLessThan(1_000);
    await until(() => expect(one.statuses).toEqual(["live"]));
  });
});

describe("a slow one", () => {
  it("who is told gets everything, however long it takes over it", async () => {
    const market = await markets();
    const seen: number[] = [];
    const one = client(market, {
      onItem: (item) => {
        for (const until = performance.now() + 3; performance.now() < until; );
        if (item.channel === "bars" && !item.partial) seen.push(item.seq);
      },
    });
    one.subscribe(["trades", "bars", "anomalies"], ["A", "B"]);
    await until(() => expect(market.subscribed()).toHaveLength(6));
    for (let i = 0; i < 40; i++) await market.push();
    const count = market.count("A", "bars") + market.count("B", "bars");
    await until(() => expect(seen).toHaveLength(count));
    expect(one.gaps).toEqual([]);
  });

  it("way brings fewer frames and the same bars", async () => {
    const market = await markets({ deadlineMs: 2 });
    const one = client(market);
    one.subscribe(["trades", "bars", "anomalies"], ["A"]);
    await until(() => expect(market.subscribed()).toHaveLength(3));
    for (let i = 0; i < 60; i++) await market.push();
    await market.settled();
    await settled(market, one);
    expect(one.finals()).toEqual(upTo(market.count("A", "bars")));
    expect(one.of("anomalies")).toHaveLength(market.count("A", "anomalies"));
    const trades = one.of("trades");
    const volume = trades.reduce((sum, item) => sum + Number(Reflect.get(item, "volume")), 0);
    expect(volume).toBe(market.lastSeq("A"));
  });
});

/** Everything has come up to the last trade, bar and anomaly. */
function whole(market: Market, one: ReturnType<typeof client>, symbol: string): void {
  expect(one.of("trades", symbol).at(-1)?.seq).toBe(market.lastSeq(symbol));
  expect(one.finals(symbol).at(-1)).toBe(market.count(symbol, "bars"));
  expect(one.of("anomalies", symbol).at(-1)?.seq).toBe(market.count(symbol, "anomalies"));
}

/** Lets what is under way arrive. */
async function settle(one: ReturnType<typeof client>): Promise<void> {
  for (let count = -1; count !== one.told.length; ) {
    count = one.told.length;
    await sleep(5);
  }
}
