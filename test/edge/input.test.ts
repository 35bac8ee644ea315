import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { http, input } from "../../lib/edge/http.ts";
import type { Reply } from "../../lib/edge/reply.ts";
import { bodyOf, call } from "./call.ts";

const day = z.iso.date();
const read = http()
  .use(input(z.object({ date: day, size: z.coerce.number().int().min(1).max(1000).default(100) })))
  .handler(({ input, format, freshness }) => ({ input, format, freshness }));
const build = http()
  .use(
    input(
      z.object({
        start_date: day,
        index: z.union([z.string(), z.strictObject({ size: z.number().max(1000) })]).optional(),
      }),
    ),
  )
  .handler(({ input }) => ({ input }));

const get = (query: string) => call(read, `GET /read?${query}`);
const post = (body: string, query = "") => call(build, `POST /build?${query}`, { body });
const errors = (answer: Reply) => ({ status: answer.statusCode, errors: bodyOf(answer).errors });
const refused = (path: string, message: unknown) => ({ status: 400, errors: [{ path, message }] });

describe("input from the query", () => {
  it("gives the parsed parameters, JSON as the format and no smallest version", async () => {
    expect(bodyOf(await get("date=2024-01-02&size=5"))).toEqual({
      input: { date: "2024-01-02", size: 5 },
      format: "json",
      freshness: { revalidate: false },
    });
  });

  it("names what is missing, malformed or out of range, with the value", async () => {
    expect(errors(await get(""))).toEqual(refused("date", "is required"));
    expect(errors(await get("date=2023-02-29"))).toEqual(
      refused("date", 'Invalid ISO date, was "2023-02-29"'),
    );
    expect(errors(await get("date=2024-01-02&size=1e999")).status).toBe(400);
    expect(errors(await get("date=2024-01-02&size=NaN"))).toEqual(
      refused("size", expect.stringContaining('was "NaN"')),
    );
  });

  it("refuses parameters nobody knows, and says which there are", async () => {
    expect(errors(await get("date=2024-01-02&Size=5"))).toEqual(
      refused("Size", "is not a parameter of this call; known are date, size, format, min_version"),
    );
  });

  it("refuses a parameter given twice instead of joining it with a comma", async () => {
    const twice = refused("date", "is given more than once");
    expect(errors(await get("date=2024-01-02&date=2024-01-03"))).toEqual(twice);
    expect(errors(await get("date=2024-01-02&%64ate=2024-01-02"))).toEqual(twice);
  });

  it("refuses empty values and text that is not percent-encoded UTF-8", async () => {
    const empty = refused("date", "is empty: give a value or leave it out");
    expect(errors(await get("date="))).toEqual(empty);
    expect(errors(await get("date"))).toEqual(empty);
    expect(errors(await get("date=%zz"))).toEqual(
      refused("date", '"%zz" is not percent-encoded UTF-8'),
    );
    expect(errors(await get("date=%ff")).status).toBe(400);
  });

  it("takes members of Object.prototype for unknown parameters", async () => {
    for (const name of ["__proto__", "constructor", "toString"]) {
      expect(errors(await get(`date=2024-01-02&${name}=1`)).status).toBe(400);
    }
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });

  it("takes a format and a smallest version on every GET and on nothing else", async () => {
    const seq = bodyOf(await get("date=2024-01-02&format=csv&min_version=12"));
    expect(seq).toMatchObject({ format: "csv", freshness: { minSeq: 12 } });
    const hex = bodyOf(await get("date=2024-01-02&min_version=00112233445566aa"));
    expect(hex).toMatchObject({ freshness: { revalidate: true } });
    expect(errors(await get("date=2024-01-02&format=xml"))).toEqual(
      refused("format", 'must be "json" or "csv", was "xml"'),
    );
    expect((await post('{"start_date":"2024-01-02"}', "format=csv")).statusCode).toBe(400);
  });
});

describe("a question that was asked before", () => {
  /** A chain over a schema that counts what it is given, and tells its input by identity. */
  function counting() {
    const state = { parsed: 0, inputs: [] as unknown[] };
    const count = <T>(value: T) => {
      state.parsed++;
      return value;
    };
    const schema = z
      .object({ id: z.string().optional(), size: z.coerce.number().max(9).optional() })
      .transform(count);
    const handler = http()
      .use(input(schema))
      .handler(({ input, format, freshness }) => {
        state.inputs.push(input);
        return { input, format, freshness };
      });
    return { state, ask: (target: string, more = {}) => call(handler, target, more) };
  }

  it("is not parsed again, and nobody can change what was made of it", async () => {
    const { state, ask } = counting();
    const first = await ask("GET /a?size=5");
    expect((await ask("GET /a?size=5")).body).toBe(first.body);
    expect([state.parsed, state.inputs[1] === state.inputs[0]]).toEqual([1, true]);
    expect(() => Object.assign(state.inputs[0] as object, { size: 6 })).toThrow(TypeError);
  });

  it("is another one with any other text", async () => {
    const { ask } = counting();
    const targets = [
      "size=5",
      "size=6",
      "size=5&format=csv",
      "size=5&min_version=7",
      "id=size%3D5",
    ];
    const bodies = async () => {
      const answers = [];
      for (const query of targets) answers.push((await ask(`GET /a?${query}`)).body);
      return answers;
    };
    const first = await bodies();
    expect(await bodies()).toEqual(first);
    expect(new Set(first).size).toBe(targets.length);
  });

  it("is another one when the same stands in the path, or looks as if it did", async () => {
    const { ask } = counting();
    const inputOf = async (query: string, pathParameters = {}) =>
      bodyOf(await ask(`GET /a?${query}`, { pathParameters })).input;
    for (const _ of [1, 2]) {
      expect(await inputOf("size=1", { id: "a" })).toEqual({ id: "a", size: 1 });
      expect(await inputOf("size=1", { id: "b" })).toEqual({ id: "b", size: 1 });
      expect(await inputOf("size=1")).toEqual({ size: 1 });
      expect(await inputOf("", { id: '"}?size=1' })).toEqual({ id: '"}?size=1' });
      expect((await ask(`GET /a?{"id":"a"}?size=1`)).statusCode).toBe(400);
    }
  });

  it("is refused again when it was wrong", async () => {
    const { ask } = counting();
    for (const query of ["size=10", "size=5&size=5", "other=1", "format=xml", "size=%zz"])
      for (const _ of [1, 2]) expect((await ask(`GET /a?${query}`)).statusCode, query).toBe(400);
  });

  it("is as fresh as this request wants it, whatever the one before wanted", async () => {
    const { ask } = counting();
    const freshness = async (query: string, headers = {}) =>
      bodyOf(await ask(`GET /a?${query}`, { headers })).freshness;
    const forced = { "cache-control": "no-cache" };
    expect(await freshness("min_version=7", forced)).toEqual({ revalidate: true, minSeq: 7 });
    expect(await freshness("min_version=7")).toEqual({ revalidate: false, minSeq: 7 });
    expect(await freshness("size=1", forced)).toEqual({ revalidate: true });
    expect(await freshness("size=1")).toEqual({ revalidate: false });
  });

  it("is parsed anew when it has a body, which is no part of its text", async () => {
    const { state, ask } = counting();
    for (const size of [1, 2, 2])
      expect(bodyOf(await ask("POST /a?id=a", { body: `{"size":${size}}` })).input).toEqual({
        id: "a",
        size,
      });
    expect(state.parsed).toBe(3);
  });

  it("is forgotten after many others, and never kept when it is long", async () => {
    const { state, ask } = counting();
    for (const at of Array(512).keys()) await ask(`GET /a?id=${at}`);
    await ask("GET /a?id=511");
    expect(state.parsed).toBe(512);
    await ask("GET /a?id=more");
    await ask("GET /a?id=0");
    expect(state.parsed, "the oldest").toBe(514);
    for (const _ of [1, 2]) await ask(`GET /a?id=${"x".repeat(600)}`);
    expect(state.parsed, "a long one").toBe(516);
  });
});

describe("input from the body", () => {
  it("takes parameters from the body, the query or both", async () => {
    const whole = { input: { start_date: "2024-01-02", index: "a" } };
    expect(bodyOf(await post('{"start_date":"2024-01-02","index":"a"}'))).toEqual(whole);
    expect(bodyOf(await post('{"index":"a"}', "start_date=2024-01-02"))).toEqual(whole);
    expect(bodyOf(await post("", "start_date=2024-01-02&index=a"))).toEqual(whole);
    expect(errors(await post('{"index":"a"}', "index=b&start_date=2024-01-02"))).toEqual(
      refused("index", "is given more than once"),
    );
  });

  it("takes base64 and a byte order mark", async () => {
    const text = '\ufeff{"start_date":"2024-01-02"}';
    const base64 = { body: Buffer.from(text).toString("base64"), isBase64Encoded: true };
    expect((await post(text)).statusCode).toBe(200);
    expect((await call(build, "POST /build", base64)).statusCode).toBe(200);
  });

  it.each([
    ["null", "must be a JSON object"],
    ["[]", "must be a JSON object"],
    ['"text"', "must be a JSON object"],
    ["{", "is not JSON"],
    ["start_date=2024-01-02", "is not JSON"],
    [`{"index":${"[".repeat(20)}${"]".repeat(20)}}`, "nests deeper than 20 levels"],
    ["[".repeat(100_000), "nests deeper than 20 levels"],
  ])("refuses the body %.30s", async (body, message) => {
    expect(errors(await post(body))).toEqual(refused("", `the body ${message}`));
  });

  it("refuses bytes that are not UTF-8", async () => {
    const base64 = { body: Buffer.from([0x7b, 0xff]).toString("base64"), isBase64Encoded: true };
    expect(errors(await call(build, "POST /build", base64))).toEqual(
      refused("", "the body is not UTF-8"),
    );
  });

  it("does not count brackets inside strings", async () => {
    const name = '[{"'.repeat(50);
    const body = JSON.stringify({ start_date: "2024-01-02", index: name });
    expect(bodyOf(await post(body))).toMatchObject({ input: { index: name } });
  });

  it("refuses more than 256 kB", async () => {
    const answer = await post(`{"index":"${"ä".repeat(140_000)}"}`);
    expect(answer.statusCode).toBe(413);
    expect(bodyOf(answer)).toMatchObject({ code: "PAYLOAD_TOO_LARGE", limit_bytes: 262_144 });
  });

  it.each([
    ["deep", "[".repeat(6_000_000), false],
    ["deep, in base64", Buffer.from("[".repeat(4_500_000)).toString("base64"), true],
    ["deep within the limit", `{"index":${"[".repeat(260_000)}`, false],
    ["oversized", `{"index":"${"x".repeat(6_000_000)}"}`, false],
    ["oversized, in many bytes a letter", `{"index":"${"ä".repeat(3_000_000)}"}`, false],
    ["oversized, with a million members", `{${'"a":1,'.repeat(1_000_000)}"b":1}`, false],
  ])("refuses a body that is %s in less than 50 ms", async (_, body, isBase64Encoded) => {
    const took = [];
    for (let attempt = 0; attempt < 3; attempt++) {
      const startedMs = performance.now();
      const answer = await call(build, "POST /build", { body, isBase64Encoded });
      took.push(performance.now() - startedMs);
      expect([400, 413]).toContain(answer.statusCode);
    }
    expect(Math.min(...took)).toBeLessThan(50);
  });

  it("refuses unknown members at any depth by their path", async () => {
    for (const [body, path] of [
      ['{"start_date":"2024-01-02","sise":5}', "sise"],
      ['{"start_date":"2024-01-02","index":{"size":5,"sise":5}}', "index.sise"],
    ] as const) {
      const answer = errors(await post(body));
      expect(answer, body).toMatchObject({ status: 422, errors: [{ path }] });
    }
  });

  it("calls a request wrong, not its member unknown, when more is wrong with it", async () => {
    const unknown = '{"start_date":"2024-01-02","sise":5}';
    for (const [body, query] of [
      ['{"start_date":"2024-13-02","index":{"size":5,"sise":5}}', ""],
      [unknown, "other=1"],
    ] as const) {
      expect(errors(await post(body, query)).status, `${body} ${query}`).toBe(400);
    }
  });

  it("counts hostile text in one pass", async () => {
    const started = performance.now();
    await post(`{"index":"${'\\"'.repeat(130_000)}`);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

it("whatever the request, the answer is never a fault of ours", async () => {
  const wild = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.json(), fc.constant("%"));
  await fc.assert(
    fc.asyncProperty(wild, wild, fc.boolean(), async (query, body, isBase64Encoded) => {
      const answers = await Promise.all([
        call(read, `GET /read?date=2024-01-02&${query}`),
        call(build, `POST /build?start_date=2024-01-02&${query}`, { body, isBase64Encoded }),
      ]);
      for (const { statusCode } of answers) expect(statusCode).toBeLessThan(500);
    }),
    { numRuns: 500 },
  );
});
