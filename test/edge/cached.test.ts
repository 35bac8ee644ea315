import { describe, expect, it } from "vitest";
import * as z from "zod";
import { cached, warm } from "../../lib/edge/cached.ts";
import { http, input } from "../../lib/edge/http.ts";
import { lru } from "../../lib/edge/memory.ts";
import { AppError } from "../../lib/errors.ts";
import type { Cache, CachedAnswer } from "../../lib/ports.ts";
import { call } from "./call.ts";
import { mapCache } from "./maps.ts";

const GET = "GET /days?start=1";

/** One process of a service over a shared cache: its own memory, and what it was asked to do. */
function service(cache: Cache, work: () => string | Promise<string> = () => '{"days":[]}') {
  const state = {
    version: "v1",
    computed: 0,
    released: 0,
    list: "days" as string | undefined,
    isQuick: false,
  };
  const handler = http()
    .use(input(z.strictObject({ start: z.coerce.number(), end: z.coerce.number().default(9) })))
    .use(cached({ cache, memory: lru({ maxBytes: 1_000_000 }) }))
    .handler((): CachedAnswer => {
      return {
        version: state.version,
        ...(state.list !== undefined && { list: state.list }),
        isQuick: () => state.isQuick,
        compute: async () => {
          state.computed++;
          return work();
        },
        release: () => {
          state.released++;
        },
      };
    });
  const get = (target = GET, headers: Record<string, string> = {}) =>
    call(handler, target, { headers });
  return { get, state };
}

const pause = (ms: number) => new Promise((done) => setTimeout(done, ms));

describe("cached", () => {
  it("computes once and then answers from memory without asking the shared cache", async () => {
    const cache = mapCache();
    const { get, state } = service(cache);
    const first = await get();
    const asked = { ...cache.asked };
    const second = await get();
    expect([first.headers["x-cache"], second.headers["x-cache"]]).toEqual(["miss", "hit"]);
    expect(second.body).toBe(first.body);
    expect(cache.asked).toEqual(asked);
    expect(state).toMatchObject({ computed: 1, released: 2 });
  });

  it("answers what another process has computed", async () => {
    const cache = mapCache();
    await service(cache).get();
    const { get, state } = service(cache);
    expect((await get()).headers["x-cache"]).toBe("hit");
    expect(state.computed).toBe(0);
  });

  it("makes a quick answer without asking the shared cache, and remembers it", async () => {
    const cache = mapCache();
    const before = { ...cache.asked };
    const { get, state } = service(cache);
    state.isQuick = true;
    expect((await get()).headers["x-cache"]).toBe("miss");
    expect((await get()).headers["x-cache"]).toBe("hit");
    expect((await get(`${GET}&format=csv`)).headers["x-cache"]).toBe("miss");
    expect([cache.asked, state.computed]).toEqual([before, 1]);
  });

  it("takes spelled-out defaults and another order of parameters for the same question", async () => {
    const { get, state } = service(mapCache());
    await get("GET /days?start=1");
    await get("GET /days?end=9&start=1");
    expect(state.computed).toBe(1);
    await get("GET /days?end=8&start=1");
    expect(state.computed).toBe(2);
  });

  it("has an answer ready that was made ahead", async () => {
    const cache = mapCache();
    const answer = { version: "v1", compute: async () => '{"days":[7]}', release: () => {} };
    await warm({ cache }, "GET /days", { start: 1, end: 9 }, answer);
    const { get, state } = service(cache);
    const { headers, body } = await get();
    expect([headers["x-cache"], body, state.computed]).toEqual(["hit", '{"days":[7]}', 0]);
  });

  it("computes again when the data has another version", async () => {
    const { get, state } = service(mapCache());
    const { headers } = await get();
    state.version = "v2";
    const next = await get(GET, { "if-none-match": headers.etag ?? "" });
    expect([next.statusCode, next.headers["x-cache"]]).toEqual([200, "miss"]);
    expect(next.headers.etag).not.toBe(headers.etag);
  });

  it("answers 304 from the version alone", async () => {
    const cache = mapCache();
    const { headers } = await service(cache).get();
    const elsewhere = service(mapCache());
    const answer = await elsewhere.get(GET, { "if-none-match": `"x", ${headers.etag}` });
    expect([answer.statusCode, answer.body]).toEqual([304, ""]);
    expect(answer.headers.etag).toBe(headers.etag);
    expect(elsewhere.state).toMatchObject({ computed: 0, released: 1 });
  });

  it("computes afresh for a client that forbids caches, and keeps the result for the others", async () => {
    const { get, state } = service(mapCache());
    await get();
    const bypass = await get(GET, { "cache-control": "no-cache" });
    expect([bypass.headers["x-cache"], state.computed]).toEqual(["bypass", 2]);
    expect((await get()).headers["x-cache"]).toBe("hit");
  });

  it("computes once for many simultaneous requests to many processes", async () => {
    const cache = mapCache();
    const slow = async () => {
      await pause(40);
      return '{"days":[1]}';
    };
    const processes = Array.from({ length: 4 }, () => service(cache, slow));
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, at) => processes[at % 4]?.get()),
    );
    expect(processes.reduce((sum, { state }) => sum + state.computed, 0)).toBe(1);
    expect(cache.leased()).toBe(0);
    expect(answers.filter((answer) => answer?.headers["x-cache"] === "miss")).not.toHaveLength(0);
    expect(new Set(answers.map((answer) => answer?.body))).toEqual(new Set(['{"days":[1]}']));
  });

  it("answers before the shared cache has taken what was computed, and gives the lease back then", async () => {
    const cache = mapCache();
    let written = () => {};
    const slow: Cache = {
      ...cache,
      set: () =>
        new Promise<void>((resolve) => {
          written = resolve;
        }),
    };
    const { get } = service(slow);
    expect((await get()).headers["x-cache"]).toBe("miss");
    expect(cache.leased(), "others wait for the write").toBe(1);
    written();
    await pause(0);
    expect(cache.leased()).toBe(0);
  });

  it("looks again when it gets the lease, for the holder before it may have finished", async () => {
    const cache = mapCache();
    const other = service(cache);
    const late: Cache = {
      ...cache,
      lease: async (key, ttlMs) => {
        await other.get();
        return cache.lease(key, ttlMs);
      },
    };
    const { get, state } = service(late);
    expect((await get()).headers["x-cache"]).toBe("hit");
    expect([other.state.computed, state.computed]).toEqual([1, 0]);
  });

  it("answers without a shared cache at once, and computes once per process", async () => {
    const cache = mapCache();
    cache.down = true;
    const started = performance.now();
    const { get, state } = service(cache);
    const answers = await Promise.all([get(), get(), get()]);
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(performance.now() - started, "waits for nobody's lease").toBeLessThan(1000);
    expect(state.computed).toBe(1);
    expect((await get()).headers["x-cache"]).toBe("hit");
  });

  it("does not ask after a shared cache that is left alone", async () => {
    const cache = mapCache();
    cache.down = true;
    let pings = 0;
    const ping = async () => {
      pings++;
      throw new Error("down");
    };
    let isAway = false;
    const { get } = service({ ...cache, ping, isAway: () => isAway });
    expect((await get()).statusCode).toBe(200);
    expect(pings).toBe(1);
    isAway = true;
    const { get: other } = service({ ...cache, ping, isAway: () => isAway });
    expect((await other()).statusCode).toBe(200);
    expect(pings).toBe(1);
  });

  it("does not keep failures, and lets go of the snapshot and the lease after one", async () => {
    let failing = true;
    const cache = mapCache();
    const { get, state } = service(cache, () => {
      if (failing) throw new AppError("INDEX_NOT_BUILT", "not built");
      return "{}";
    });
    expect((await get()).statusCode).toBe(404);
    expect(cache.leased()).toBe(0);
    failing = false;
    expect((await get()).statusCode).toBe(200);
    expect(state).toMatchObject({ computed: 2, released: 2 });
  });

  it("gives the list of the answer as csv, with the warnings in a header", async () => {
    const text = JSON.stringify({
      days: [{ date: "2024-01-02", level: 1000 }],
      meta: { warnings: [{ code: "SIMULATED_DATA" }] },
    });
    const { get, state } = service(mapCache(), () => text);
    const json = await get();
    const csv = await get(`${GET}&format=csv`);
    expect(csv.body).toBe("date,level\r\n2024-01-02,1000\r\n");
    expect(csv.headers).toMatchObject({
      "content-type": "text/csv; charset=utf-8",
      "content-disposition": 'attachment; filename="days.csv"',
      "x-warnings": "SIMULATED_DATA",
    });
    expect(csv.headers.etag).not.toBe(json.headers.etag);
    expect(state.computed, "the csv is made from the cached JSON").toBe(1);
    expect((await get(`${GET}&format=csv`)).headers["x-cache"]).toBe("hit");
  });

  it("is JSON where the answer has no table, whatever is asked for", async () => {
    const { get, state } = service(mapCache());
    state.list = undefined;
    const json = await get();
    const asked = await get(`${GET}&format=csv`);
    expect(asked).toMatchObject({ statusCode: 200, body: json.body });
    expect(asked.headers["content-type"]).toBe(json.headers["content-type"]);
    expect(state.computed).toBe(1);
  });
});
