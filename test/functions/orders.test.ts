// Orders over HTTP, through the log to their books and back: S3, Redis and Kinesis are embedded, the gateway is left out.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../lib/access/scope.ts";
import { createKey } from "../../lib/jobs/keys.ts";
import { decodeFrame } from "../../lib/stream/frame.ts";
import { logged, orderLog } from "./order-log.ts";
import { type Answer, service } from "./service.ts";

const { request } = service({ settings: { ACCESS: "keys" } });
const log = orderLog();

type Headers = Readonly<Record<string, string>>;
let alice: Headers;
let bob: Headers;
let admin: Headers;
let reader: Headers;

async function holder(...scopes: Scope[]): Promise<Headers> {
  const { world } = await import("../../lib/world.ts");
  const limit = { ratePerSecond: 1000, burst: 10_000, quotaPerDay: null };
  const { key } = await createKey(world, { name: "holder", scopes, expiresMs: null, limit });
  return { "x-api-key": key };
}

beforeAll(async () => {
  alice = await holder("read", "trade");
  bob = await holder("read", "trade");
  admin = await holder("read", "admin");
  reader = await holder("read");
});

type Order = Readonly<Record<string, unknown>>;

const send = (who: Headers, json: Order, more: Headers = {}): Promise<Answer> =>
  request("POST /api/v1/orders", { headers: { ...who, ...more }, json });

/** Sends an order that is taken in. @returns its id */
async function sent(who: Headers, order: Order): Promise<string> {
  const answer = await send(who, { quantity: "10", ...order });
  expect(answer.status, answer.text).toBe(202);
  return String(answer.body.id);
}

const orderOf = async (who: Headers, id: string) =>
  (await request(`GET /api/v1/orders/${id}`, { headers: who })).body;
const bookOf = async (symbol: string, depth = 10) =>
  (await request(`GET /api/v1/orderbook/${symbol}?depth=${depth}`, { headers: reader })).body;

describe("an order", () => {
  const limit = { symbol: "NA", side: "buy", type: "limit", quantity: "10", price: "99.50" };

  it("is accepted until its book has it, then open, then gone when it is cancelled", async () => {
    const answer = await send(alice, limit);
    expect(answer).toMatchObject({
      status: 202,
      headers: { "cache-control": "no-store" },
      body: { status: "accepted", symbol: "NA", repeated: false },
    });
    const id = String(answer.body.id);
    expect(id).toMatch(/^NA_[a-z2-7]{26}$/);
    expect(await orderOf(alice, id)).toMatchObject({ status: "accepted", leaves_quantity: "10" });
    await log.match();
    expect(await orderOf(alice, id)).toMatchObject({
      ...{ id, symbol: "NA", account: "main", side: "buy", type: "limit", quantity: "10" },
      ...{ price: "99.50", stop_price: null, trail_amount: null, display_quantity: null },
      ...{ time_in_force: "GTC", post_only: false, self_trade_prevention: "none" },
      ...{ status: "open", reason: null, filled_quantity: "0", leaves_quantity: "10" },
      ...{ prevented_quantity: "0", average_price: null, fills: [], last_refusal: null },
    });
    const cancel = await request(`DELETE /api/v1/orders/${id}`, { headers: alice });
    expect(cancel).toMatchObject({ status: 202, body: { id, status: "cancel_requested" } });
    await log.match();
    expect(await orderOf(alice, id)).toMatchObject({ status: "cancelled", reason: "requested" });
    const again = await request(`DELETE /api/v1/orders/${id}`, { headers: alice });
    expect(again).toMatchObject({
      status: 409,
      body: { code: "ORDER_CLOSED", id, order_status: "cancelled" },
    });
  });

  it("is one order however often it is sent under one key, and another order is refused it", async () => {
    const carol = await holder("read", "trade");
    const key = { "idempotency-key": "order 7/a" };
    const first = await send(carol, limit, key);
    const second = await send(carol, limit, key);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.body).toEqual({ ...first.body, repeated: true });
    const other = await send(carol, { ...limit, price: "99.60" }, key);
    expect(other).toMatchObject({
      status: 409,
      body: { code: "IDEMPOTENCY_CONFLICT", id: first.body.id },
    });
    // Keys of others are other keys.
    const bobs = await send(bob, limit, key);
    expect(bobs.body).toMatchObject({ repeated: false });
    expect(bobs.body.id).not.toBe(first.body.id);
    await log.match();
    const mine = await request("GET /api/v1/orders?symbol=NA&status=open", { headers: carol });
    expect((mine.body.orders as Order[]).map(({ id }) => id)).toEqual([first.body.id]);
    const cancelled = { carol: first.body.id, bob: bobs.body.id };
    await request(`DELETE /api/v1/orders/${cancelled.carol}`, { headers: carol });
    await request(`DELETE /api/v1/orders/${cancelled.bob}`, { headers: bob });
    await log.match();
  });

  it.each(["", "x".repeat(129), "tab\tin it", "ä"])(
    "under a key that is no key, %j, is refused",
    async (key) => {
      const answer = await send(alice, limit, { "idempotency-key": key });
      expect(answer).toMatchObject({
        status: 400,
        body: { code: "BAD_REQUEST", errors: [{ path: "Idempotency-Key" }] },
      });
    },
  );

  const REFUSED: readonly (readonly [string, Order, number, string, string])[] = [
    ["a price off the tick", { price: "99.505" }, 422, "DEGENERATE_INPUT", "price"],
    ["half a share", { quantity: "0.5" }, 422, "DEGENERATE_INPUT", "quantity"],
    ["nothing", { quantity: "0" }, 422, "DEGENERATE_INPUT", "quantity"],
    ["a price as a number", { price: 99.5 }, 400, "BAD_REQUEST", "must be text"],
    ["a price with an exponent", { price: "1e2" }, 400, "BAD_REQUEST", "plain decimal"],
    ["a price below zero", { price: "-1" }, 400, "BAD_REQUEST", "plain decimal"],
    ["no price", { price: undefined }, 400, "BAD_REQUEST", "price: is required"],
    [
      "a price of a market order",
      { type: "market" },
      400,
      "BAD_REQUEST",
      "price: is not of type market",
    ],
    [
      "a stop price of a limit order",
      { stop_price: "1" },
      400,
      "BAD_REQUEST",
      "stop_price: is not of type limit",
    ],
    [
      "no display of an iceberg",
      { type: "iceberg" },
      400,
      "BAD_REQUEST",
      "display_quantity: is required",
    ],
    [
      "post-only at once",
      { post_only: true, time_in_force: "IOC" },
      400,
      "BAD_REQUEST",
      "post_only",
    ],
    [
      "post-only of a market order",
      { type: "market", price: undefined, post_only: true },
      400,
      "BAD_REQUEST",
      "post_only",
    ],
    ["a type nobody knows", { type: "pegged" }, 400, "BAD_REQUEST", "type: must be one of"],
    [
      "a side nobody knows",
      { side: "short" },
      400,
      "BAD_REQUEST",
      "side: must be one of buy, sell",
    ],
    ["a field nobody knows", { hidden: true }, 422, "UNKNOWN_FIELD", "hidden"],
    ["a symbol nobody has", { symbol: "NOSUCH" }, 404, "UNKNOWN_SYMBOL", "NOSUCH"],
    ["a symbol that is none", { symbol: "na" }, 400, "BAD_REQUEST", "symbol: must be a symbol"],
  ];

  it.each(REFUSED)("with %s is refused and says so", async (_, change, status, code, says) => {
    const before = (await logged("orders")).length;
    const answer = await send(alice, { ...limit, ...change });
    expect(answer, answer.text).toMatchObject({ status, body: { code } });
    expect(answer.body.detail).toContain(says);
    expect((await logged("orders")).length).toBe(before);
  });
});

describe("every type of order", () => {
  it("comes to its book and does what it is for", async () => {
    const sell = { symbol: "NB", side: "sell" };
    const iceberg = await sent(alice, {
      ...{ ...sell, type: "iceberg", price: "100.00", quantity: "30" },
      ...{ display_quantity: "10", time_in_force: "DAY", post_only: true },
    });
    const high = await sent(alice, { ...sell, type: "limit", price: "100.03" });
    await log.match();
    expect(await bookOf("NB")).toMatchObject({
      bids: [],
      asks: [
        { price: "100.00", quantity: "10", orders: 1 },
        { price: "100.03", quantity: "10", orders: 1 },
      ],
      ...{ spread: null, mid: null, last_price: null, tick_size: "0.01", lot_size: "1" },
    });

    const buy = { symbol: "NB", side: "buy" };
    const market = await sent(bob, { ...buy, type: "market", quantity: "35" });
    await log.match();
    expect(await orderOf(bob, market)).toMatchObject({
      ...{ type: "market", time_in_force: "IOC", status: "filled", filled_quantity: "35" },
      // (30 x 100.00 + 5 x 100.03) / 35
      average_price: "100.00428571",
      leaves_quantity: "0",
    });
    expect(await orderOf(alice, iceberg)).toMatchObject({
      ...{ type: "iceberg", display_quantity: "10", status: "filled", filled_quantity: "30" },
    });
    const { fills } = (await orderOf(alice, high)) as { fills: Order[] };
    expect(fills).toEqual([
      expect.objectContaining({ price: "100.03", quantity: "5", liquidity: "maker" }),
    ]);

    const bid = await sent(bob, { ...buy, type: "limit", price: "99.98", time_in_force: "DAY" });
    const stop = await sent(bob, { ...buy, type: "stop", stop_price: "100.10" });
    const both = { ...buy, type: "stop_limit", stop_price: "100.20", price: "100.25" };
    const stopLimit = await sent(bob, both);
    const trailing = await sent(alice, { ...sell, type: "trailing_stop", trail_amount: "0.50" });
    await log.match();
    for (const [who, id] of [
      [bob, stop],
      [bob, stopLimit],
      [alice, trailing],
    ] as const)
      expect(await orderOf(who, id)).toMatchObject({ status: "pending_stop" });
    // The last trade was at 100.03.
    expect(await orderOf(alice, trailing)).toMatchObject({
      ...{ stop_price: "99.53", trail_amount: "0.50" },
    });
    const book = await bookOf("NB", 1);
    expect(book).toMatchObject({
      bids: [{ price: "99.98", quantity: "10", orders: 1 }],
      asks: [{ price: "100.03", quantity: "5", orders: 1 }],
      ...{ spread: "0.05", mid: "100.005", last_price: "100.03" },
    });
    expect(book.checksum).toBeGreaterThan(0);

    await sent(alice, { ...sell, type: "limit", price: "100.09", quantity: "1" });
    await sent(bob, { ...buy, type: "market", quantity: "6" });
    await log.match();
    expect(await orderOf(alice, trailing), "follows a better trade").toMatchObject({
      ...{ status: "pending_stop", stop_price: "99.59" },
    });

    const killed = await sent(alice, {
      ...{ ...sell, type: "limit", price: "99.98", quantity: "11", time_in_force: "FOK" },
    });
    const cut = await sent(alice, {
      ...{ ...sell, type: "limit", price: "99.98", quantity: "4", time_in_force: "IOC" },
    });
    await log.match();
    expect(await orderOf(alice, killed)).toMatchObject({
      ...{ status: "rejected", reason: "fill_or_kill_not_fillable", fills: [] },
    });
    expect(await orderOf(alice, cut)).toMatchObject({ status: "filled", average_price: "99.98" });
    expect(await orderOf(bob, bid)).toMatchObject({
      ...{ status: "partially_filled", leaves_quantity: "6" },
    });
  });

  it("sends its trades on as ticks, each numbered as the trade is", async () => {
    const sell = { symbol: "NH", side: "sell", type: "limit" };
    for (const price of ["10.00", "10.01"]) await sent(alice, { ...sell, price });
    await sent(bob, { symbol: "NH", side: "buy", type: "market", quantity: "15" });
    await log.match();
    const ticks = (await logged("ticks")).flatMap(({ Data }) => {
      const frame = decodeFrame(Data!);
      if (typeof frame === "string" || frame.producer !== "orders/NH") return [];
      const { number, symbols, columns } = frame;
      return [[number, symbols, columns.price[0], columns.size[0]]];
    });
    expect(ticks).toEqual([
      [1, ["NH"], 10, 10],
      [2, ["NH"], 10.01, 5],
    ]);
  });

  it("of the day ends with the day, and no other", async () => {
    const { handler } = await import("../../functions/orders/end-day.ts");
    const event = { id: "5d0c7a52-91c4-4a3e-8f0e-2b7f6a1d9c33" };
    const bid = { symbol: "ND", side: "buy", type: "limit", price: "20.00" };
    const ofTheDay = await sent(bob, { ...bid, time_in_force: "DAY" });
    const stop = { symbol: "ND", side: "sell", type: "stop", stop_price: "19.00" };
    const waiting = await sent(bob, { ...stop, time_in_force: "DAY" });
    const resting = await sent(bob, bid);
    await log.match();
    expect((await handler(event, { awsRequestId: "end" })).symbols).toContain("ND");
    await log.match();
    for (const id of [ofTheDay, waiting])
      expect(await orderOf(bob, id)).toMatchObject({ status: "expired", reason: "day_over" });
    expect(await orderOf(bob, resting)).toMatchObject({ status: "open" });
    expect(await handler(event, { awsRequestId: "end" })).toEqual({ symbols: [] });
  });

  it("changes nothing when the log is delivered again", async () => {
    await sent(alice, { symbol: "ND", side: "sell", type: "limit", price: "30.00" });
    await sent(bob, { symbol: "ND", side: "buy", type: "limit", price: "30.00", quantity: "4" });
    await log.match();
    const now = async () => [await bookOf("ND"), await logged("ticks")];
    const before = await now();
    await log.again();
    expect(await now()).toEqual(before);
  });

  it("is taken from the sample of the log", async () => {
    const { handler } = await import("../../functions/orders/match.ts");
    const sample = JSON.parse(readFileSync("events/orders/match.json", "utf8"));
    const [record] = sample.Records;
    // A shard of its own: the numbers of the sample are nobody's here.
    record.eventID = record.eventID.replace("000000000000:", "000000000009:");
    expect(await handler(sample, { awsRequestId: "sample" })).toEqual({ batchItemFailures: [] });
    expect(await bookOf("VEQA")).toMatchObject({
      bids: [{ price: "101.25", quantity: "100", orders: 1 }],
    });
  });
});

describe("a change", () => {
  const amend = (who: Headers, id: string, json: Order) =>
    request(`PUT /api/v1/orders/${id}`, { headers: who, json });

  it("moves price and size, counts what is filled, and is refused where nothing is open", async () => {
    const id = await sent(alice, { symbol: "NC", side: "sell", type: "limit", price: "50.00" });
    await log.match();
    const answer = await amend(alice, id, { price: "51.00", quantity: "20" });
    expect(answer).toMatchObject({ status: 202, body: { id, status: "amend_requested" } });
    await log.match();
    expect(await orderOf(alice, id)).toMatchObject({ price: "51.00", quantity: "20" });

    await sent(bob, { symbol: "NC", side: "buy", type: "market", quantity: "5" });
    await log.match();
    expect(await amend(alice, id, { quantity: "5" })).toMatchObject({
      status: 422,
      body: { code: "DEGENERATE_INPUT", filled_lots: 5 },
    });
    await amend(alice, id, { quantity: "12" });
    await log.match();
    expect(await orderOf(alice, id)).toMatchObject({
      ...{ quantity: "12", filled_quantity: "5", leaves_quantity: "7" },
    });

    await sent(bob, { symbol: "NC", side: "buy", type: "market", quantity: "7" });
    await log.match();
    for (const closed of [
      await amend(alice, id, { price: "52.00" }),
      await request(`DELETE /api/v1/orders/${id}`, { headers: alice }),
    ])
      expect(closed).toMatchObject({
        status: 409,
        body: { code: "ORDER_CLOSED", order_status: "filled" },
      });
  });

  it("of an order that its book has not taken yet is taken behind it", async () => {
    const id = await sent(alice, { symbol: "NC", side: "sell", type: "limit", price: "80.00" });
    expect((await amend(alice, id, { price: "81.00" })).status).toBe(202);
    expect((await request(`DELETE /api/v1/orders/${id}`, { headers: alice })).status).toBe(202);
    expect(await orderOf(alice, id)).toMatchObject({ status: "accepted", price: "80.00" });
    await log.match();
    expect(await orderOf(alice, id)).toMatchObject({ status: "cancelled", price: "81.00" });
  });

  it.each([
    ["nothing", {}, 400, "BAD_REQUEST"],
    ["a number", { price: 51 }, 400, "BAD_REQUEST"],
    ["a price off the tick", { price: "51.001" }, 422, "DEGENERATE_INPUT"],
    ["the side", { side: "buy" }, 422, "UNKNOWN_FIELD"],
  ] as const)("to %s is refused", async (_, change, status, code) => {
    const id = await sent(alice, { symbol: "NC", side: "sell", type: "limit", price: "60.00" });
    await log.match();
    expect(await amend(alice, id, change)).toMatchObject({ status, body: { code } });
    await request(`DELETE /api/v1/orders/${id}`, { headers: alice });
    await log.match();
  });
});

describe("orders of others", () => {
  it("are unknown to everybody but an admin, for reading and for changing", async () => {
    const id = await sent(alice, { symbol: "NE", side: "sell", type: "limit", price: "70.00" });
    const calls = [
      () => request(`GET /api/v1/orders/${id}`, { headers: bob }),
      () => request(`PUT /api/v1/orders/${id}`, { headers: bob, json: { price: "71.00" } }),
      () => request(`DELETE /api/v1/orders/${id}`, { headers: bob }),
    ];
    for (const isTaken of [false, true]) {
      if (isTaken) await log.match();
      for (const call of calls)
        expect(await call()).toMatchObject({ status: 404, body: { code: "UNKNOWN_ORDER", id } });
      expect(await orderOf(admin, id)).toMatchObject({ id });
    }
    // Who sees everybody's changes none of them.
    const trader = await holder("read", "trade", "admin");
    expect(await orderOf(trader, id)).toMatchObject({ id });
    for (const method of ["PUT", "DELETE"]) {
      const json = method === "PUT" ? { json: { price: "71.00" } } : {};
      const answer = await request(`${method} /api/v1/orders/${id}`, { headers: trader, ...json });
      expect(answer).toMatchObject({ status: 404, body: { code: "UNKNOWN_ORDER" } });
    }
    const others = await request("GET /api/v1/orders?symbol=NE", { headers: bob });
    expect(others.body.orders).toEqual([]);
    const all = await request("GET /api/v1/orders?symbol=NE", { headers: admin });
    expect(all.body.orders).toMatchObject([{ id, status: "open" }]);
    expect(await log.match()).toBe(0);
  });

  it("are not named in executions, and those of one's own are", async () => {
    await sent(alice, { symbol: "NF", side: "sell", type: "limit", price: "70.00" });
    const taker = await sent(bob, { symbol: "NF", side: "buy", type: "market" });
    await log.match();
    const trades = async (who: Headers) =>
      (await request("GET /api/v1/executions?symbol=NF", { headers: who })).body.executions;
    const trade = { symbol: "NF", trade: 1, price: "70.00", quantity: "10", aggressor: "buy" };
    const maker = expect.stringMatching(/^NF_/);
    expect(await trades(bob)).toMatchObject([
      { ...trade, maker_order_id: null, taker_order_id: taker },
    ]);
    expect(await trades(alice)).toMatchObject([
      { ...trade, maker_order_id: maker, taker_order_id: null },
    ]);
    expect(await trades(reader)).toMatchObject([
      { ...trade, maker_order_id: null, taker_order_id: null },
    ]);
    expect(await trades(admin)).toMatchObject([
      { ...trade, maker_order_id: maker, taker_order_id: taker },
    ]);
  });

  it("have another ETag, since another answer", async () => {
    const list = (who: Headers, more: Headers = {}) =>
      request("GET /api/v1/orders?symbol=NF", { headers: { ...who, ...more } });
    const { etag = "" } = (await list(alice)).headers;
    expect((await list(alice, { "if-none-match": etag })).status).toBe(304);
    expect((await list(bob, { "if-none-match": etag })).status).toBe(200);
  });
});

describe("lists", () => {
  it.each(["orders", "executions"])("of %s come newest first, page by page", async (name) => {
    for (let at = 0; at < 3; at++) {
      await sent(alice, { symbol: "NA", side: "sell", type: "limit", price: "140.00" });
      await sent(bob, { symbol: "NA", side: "buy", type: "market" });
      await log.match();
    }
    const whole = (await request(`GET /api/v1/${name}`, { headers: bob })).body[name] as Order[];
    expect(whole.length).toBeGreaterThan(2);
    const paged: Order[] = [];
    for (let cursor = ""; ; ) {
      const { body } = await request(`GET /api/v1/${name}?limit=2${cursor}`, { headers: bob });
      expect((body[name] as Order[]).length).toBeLessThanOrEqual(2);
      paged.push(...(body[name] as Order[]));
      if (body.next === null) break;
      cursor = `&cursor=${body.next}`;
    }
    expect(paged).toEqual(whole);
    const times = whole.map((one) => String(one.created_at ?? one.time));
    expect(times).toEqual(times.toSorted().reverse());
  });

  it("are tables too, an order without a fill among them", async () => {
    const dave = await holder("read", "trade");
    const stop = { symbol: "NA", side: "sell", type: "stop", stop_price: "1.00" };
    await sent(dave, stop);
    await sent(dave, { ...stop, account: "second" });
    await log.match();
    const table = await request("GET /api/v1/orders?format=csv", { headers: dave });
    const rows = table.text.trim().split("\r\n");
    expect(rows[0]).toMatch(/^id,symbol,account,side,type,quantity,price,/);
    expect(rows.filter((row) => row.includes(",pending_stop,"))).toHaveLength(2);
    const second = await request("GET /api/v1/orders?account=second", { headers: dave });
    expect(second.body.orders).toHaveLength(1);
    await log.match();
  });

  it("do not filter by what a list cannot hold", async () => {
    for (const query of ["status=accepted", "cursor=nonsense", "account=a%20b"])
      expect((await request(`GET /api/v1/orders?${query}`, { headers: bob })).status).toBe(400);
  });
});

describe("a book", () => {
  it("nobody has sent an order for is empty, and a symbol nobody has is unknown", async () => {
    expect(await bookOf("NG")).toMatchObject({
      ...{ symbol: "NG", bids: [], asks: [], spread: null, mid: null, last_price: null },
      ...{ sequence: 0, checksum: 0, tick_size: "0.01", lot_size: "1" },
    });
    const unknown = await request("GET /api/v1/orderbook/NOSUCH", { headers: reader });
    expect(unknown).toMatchObject({ status: 404, body: { code: "UNKNOWN_SYMBOL" } });
  });

  it.each(["0", "1001", "1.5"])("is not shown %s levels deep", async (depth) => {
    const answer = await request(`GET /api/v1/orderbook/NB?depth=${depth}`, { headers: reader });
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: "depth" }] } });
  });
});
