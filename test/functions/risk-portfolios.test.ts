// Portfolios behind keys: written once, replaced, removed; and to every other key as if they were not there.
import { beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../lib/access/scope.ts";
import { createKey } from "../../lib/jobs/keys.ts";
import { isoDay } from "../../lib/time.ts";
import { MARKET, service } from "./service.ts";

const { request } = service({ settings: { ACCESS: "keys" } });
const LAST = isoDay(MARKET.sessions.at(-1)!);
const ROUTE = "/api/v1/risk/portfolios";

const keys: Record<string, { id: string; key: string }> = {};

beforeAll(async () => {
  const { world } = await import("../../lib/world.ts");
  const limit = { ratePerSecond: 1000, burst: 3600, quotaPerDay: null };
  const make = async (name: string, scopes: Scope[]) => {
    const { key, record } = await createKey(world, { name, scopes, expiresMs: null, limit });
    keys[name] = { id: record.id, key };
  };
  await make("ann", ["read", "trade"]);
  await make("bob", ["read", "trade"]);
  await make("admin", ["read", "trade", "build", "admin"]);
  const built = await as("admin", "POST /build-index", { start_date: LAST, index: "top5-ew" });
  expect(built.status, built.text).toBe(200);
});

const as = (name: string, target: string, json?: unknown, headers = {}) =>
  request(target, {
    headers: { "x-api-key": keys[name]!.key, "cache-control": "no-cache", ...headers },
    ...(json !== undefined && { json }),
  });

const stock = (symbol: string, quantity: number) => ({ kind: "stock", symbol, quantity });
const PUT = {
  kind: "option",
  underlying: "NA",
  option: "put",
  style: "american",
  strike: 100,
  expiry: "2024-06-21",
  quantity: -2,
  multiplier: 100,
  implied_volatility: 0.4,
};
const BOOK = {
  name: "Book",
  rate: 0.04,
  dividend_yields: { NA: 0.01 },
  positions: [stock("NA", 10), PUT, { kind: "index", index: "top5-ew", quantity: 0.5 }],
};

describe("a portfolio", () => {
  it("is answered as it was written, under an ETag of its content", async () => {
    const made = await as("ann", `POST ${ROUTE}`, { id: "whole", ...BOOK });
    expect(made.status, made.text).toBe(201);
    const { created_at, updated_at, ...rest } = made.body;
    expect(rest).toEqual({
      id: "whole",
      owner: keys.ann!.id,
      revision: 1,
      dataset_version: expect.stringMatching(/^[0-9a-f]{16}$/),
      ...BOOK,
    });
    expect(updated_at).toBe(created_at);
    const read = await as("ann", `GET ${ROUTE}/whole`);
    expect([read.body, read.headers.etag]).toEqual([made.body, made.headers.etag]);
    const again = await as("ann", `GET ${ROUTE}/whole`, undefined, {
      "if-none-match": made.headers.etag,
    });
    expect(again.status).toBe(304);
  });

  it("is made once when the same request comes twice, and not when another does", async () => {
    const first = await as("ann", `POST ${ROUTE}`, { id: "twice", ...BOOK });
    const second = await as("ann", `POST ${ROUTE}`, { id: "twice", ...BOOK });
    expect([first.status, second.status]).toEqual([201, 200]);
    expect(second.body).toEqual(first.body);
    const other = await as("ann", `POST ${ROUTE}`, { id: "twice", positions: [stock("NA", 1)] });
    expect(other).toMatchObject({ status: 409, body: { code: "PORTFOLIO_EXISTS", revision: 1 } });
  });

  it("gets an id where none is given, another one each time", async () => {
    const ids = new Set<unknown>();
    for (let i = 0; i < 2; i++) {
      const { status, body } = await as("bob", `POST ${ROUTE}`, { positions: [stock("NA", 1)] });
      expect(status).toBe(201);
      ids.add(body.id);
    }
    expect(ids.size).toBe(2);
  });

  it("is replaced as a whole, by whoever knows how it stands", async () => {
    const { headers } = await as("ann", `POST ${ROUTE}`, { id: "changed", ...BOOK });
    const positions = [stock("NB", -5)];
    const match = { "if-match": headers.etag! };
    const put = await as("ann", `PUT ${ROUTE}/changed`, { positions }, match);
    expect(put).toMatchObject({
      status: 200,
      body: { revision: 2, name: "", rate: 0, dividend_yields: {}, positions },
    });
    const late = await as("ann", `PUT ${ROUTE}/changed`, BOOK, match);
    expect(late).toMatchObject({
      status: 412,
      body: { code: "PORTFOLIO_CHANGED", revision: 2, etag: put.headers.etag },
    });
    const same = await as("ann", `PUT ${ROUTE}/changed`, { positions });
    expect(same).toMatchObject({ status: 200, body: { revision: 2 } });
    expect((await as("ann", `DELETE ${ROUTE}/changed`, undefined, match)).status).toBe(412);
    const gone = await as("ann", `DELETE ${ROUTE}/changed`, undefined, { "if-match": "*" });
    expect(gone.status).toBe(204);
    expect(await as("ann", `GET ${ROUTE}/changed`)).toMatchObject({
      status: 404,
      body: { code: "UNKNOWN_PORTFOLIO" },
    });
    const back = await as("ann", `POST ${ROUTE}`, { id: "changed", positions });
    expect(back).toMatchObject({ status: 201, body: { revision: 1 } });
  });
});

describe("another key", () => {
  it("finds a portfolio under no route, and may have one of the same id", async () => {
    await as("ann", `POST ${ROUTE}`, { id: "own", ...BOOK });
    const owner = keys.ann!.id;
    for (const query of ["", `?owner=${owner}`]) {
      const read = await as("bob", `GET ${ROUTE}/own${query}`);
      expect(read, query).toMatchObject({ status: 404, body: { code: "UNKNOWN_PORTFOLIO" } });
      expect((await as("bob", `DELETE ${ROUTE}/own${query}`)).status).toBe(404);
    }
    const body = { owner, positions: [stock("NB", 1)] };
    expect((await as("bob", `PUT ${ROUTE}/own`, body)).status).toBe(404);
    const made = await as("bob", `POST ${ROUTE}`, { id: "own", positions: [stock("NB", 1)] });
    expect(made.status).toBe(201);
    expect((await as("ann", `GET ${ROUTE}/own`)).body).toMatchObject({ name: "Book" });
    expect((await as("bob", `GET ${ROUTE}/own`)).body).toMatchObject({ name: "" });
  });

  it("calculates nothing of it, and is given its own figures where both have the id", async () => {
    await as("ann", `POST ${ROUTE}`, { id: "both", positions: [stock("NA", 10)] });
    const calls = (query: string): [string, unknown?][] => [
      [`GET /api/v1/risk/metrics/both${query}`],
      [`POST /api/v1/risk/hedge/both${query}`, { instruments: [{ kind: "stock", symbol: "NA" }] }],
      [`POST /api/v1/risk/stress/both${query}`, {}],
    ];
    const owner = keys.ann!.id;
    for (const query of ["", `?owner=${owner}`]) {
      for (const [target, json] of calls(query)) {
        const answer = await as("bob", target, json);
        expect(answer, target).toMatchObject({ status: 404, body: { code: "UNKNOWN_PORTFOLIO" } });
      }
    }
    for (const [target, json] of calls(`?owner=${owner}`)) {
      const { status, body } = await as("admin", target, json);
      expect([status, body.owner], target).toEqual([200, owner]);
    }
    await as("bob", `POST ${ROUTE}`, { id: "both", positions: [stock("NA", 10)] });
    for (const path of [`${ROUTE}/both`, "/api/v1/risk/metrics/both"]) {
      const headers = { "cache-control": "" };
      const [of, other] = [
        await as("ann", `GET ${path}`, undefined, headers),
        await as("bob", `GET ${path}`, undefined, headers),
      ];
      expect([of.body.owner, other.body.owner]).toEqual([owner, keys.bob!.id]);
      expect(of.headers.etag, path).not.toBe(other.headers.etag);
    }
  });

  it("is not told of it by lists or by versions of the dataset", async () => {
    await as("ann", `POST ${ROUTE}`, { id: "secret-of-ann", ...BOOK });
    for (const target of [`GET ${ROUTE}`, `GET ${ROUTE}?owner=${keys.ann!.id}`]) {
      const { text } = await as("bob", target);
      expect(text).not.toContain("secret-of-ann");
      expect(text).not.toContain(keys.ann!.id);
    }
    const versions = await as("bob", "GET /api/v1/datasets/risk/versions");
    expect(versions.text).not.toContain("secret-of-ann");
    expect(versions.text).not.toContain(keys.ann!.id);
  });

  it("sees everybody's when it is an admin's, and names whose it means", async () => {
    await as("ann", `POST ${ROUTE}`, { id: "seen", ...BOOK });
    const owner = keys.ann!.id;
    const { body } = await as("admin", `GET ${ROUTE}?owner=${owner}`);
    const listed = body.portfolios as { id: string; owner: string }[];
    expect(listed.map(({ id }) => id)).toContain("seen");
    expect(new Set(listed.map((one) => one.owner))).toEqual(new Set([owner]));
    expect((await as("admin", `GET ${ROUTE}/seen`)).status).toBe(404);
    expect((await as("admin", `GET ${ROUTE}/seen?owner=${owner}`)).body).toMatchObject({ owner });
    expect((await as("admin", `DELETE ${ROUTE}/seen?owner=${owner}`)).status).toBe(204);
    expect((await as("ann", `GET ${ROUTE}/seen`)).status).toBe(404);
  });
});

describe("the list", () => {
  it("comes in pages that hold each portfolio once", async () => {
    for (const id of ["page-1", "page-2", "page-3"]) {
      await as("ann", `POST ${ROUTE}`, { id, positions: [stock("NA", 1)] });
    }
    const whole = (await as("ann", `GET ${ROUTE}`)).body.portfolios as { id: string }[];
    const pages: string[] = [];
    let next = "";
    do {
      const { body } = await as("ann", `GET ${ROUTE}?limit=2${next && `&cursor=${next}`}`);
      const page = body.portfolios as { id: string }[];
      expect(page.length).toBeLessThanOrEqual(2);
      pages.push(...page.map(({ id }) => id));
      next = (body.next as string | null) ?? "";
    } while (next !== "");
    expect(pages).toEqual(whole.map(({ id }) => id));
    expect(pages).toEqual(expect.arrayContaining(["page-1", "page-2", "page-3"]));
  });
});

describe("positions", () => {
  it("are refused with every name that nobody knows", async () => {
    const positions = [
      stock("NA", 1),
      stock("NOSUCH", 1),
      { ...PUT, underlying: "NEITHER" },
      { ...PUT, underlying: "top5-ew" },
      { kind: "index", index: "nobody", quantity: 1 },
    ];
    const { status, body } = await as("ann", `POST ${ROUTE}`, { positions });
    expect({ status, code: body.code, symbols: body.symbols, indices: body.indices }).toEqual({
      status: 422,
      code: "UNKNOWN_INSTRUMENT",
      symbols: ["NEITHER", "NOSUCH"],
      indices: ["nobody"],
    });
    const yields = { positions: [stock("NA", 1)], dividend_yields: { NB: 0.01 } };
    expect(await as("ann", `POST ${ROUTE}`, yields)).toMatchObject({
      status: 422,
      body: { code: "UNKNOWN_INSTRUMENT", symbols: ["NB"] },
    });
  });

  it.each([
    ["none", { positions: [] }, 400],
    ["too many", { positions: Array.from({ length: 1001 }, () => stock("NA", 1)) }, 400],
    ["nothing of something", { positions: [stock("NA", 0)] }, 400],
    ["more than can be", { positions: [stock("NA", 1e12)] }, 400],
    ["another kind", { positions: [{ kind: "bond", symbol: "NA", quantity: 1 }] }, 400],
    ["a member nobody knows", { positions: [{ ...stock("NA", 1), side: "long" }] }, 422],
    ["an option without a strike", { positions: [{ ...PUT, strike: undefined }] }, 400],
    ["a day that does not exist", { positions: [{ ...PUT, expiry: "2024-02-30" }] }, 400],
  ])("are refused when they are %s", async (_, body, status) => {
    expect((await as("ann", `POST ${ROUTE}`, body)).status).toBe(status);
  });

  it("may be a thousand", async () => {
    const positions = Array.from({ length: 1000 }, (_, i) => stock(i % 2 ? "NA" : "NB", i + 1));
    const { status, body } = await as("ann", `POST ${ROUTE}`, { id: "thousand", positions });
    expect([status, body.positions]).toEqual([201, positions]);
  });
});
