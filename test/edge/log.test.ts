import { afterEach, expect, it, vi } from "vitest";
import * as settings from "../../lib/config.ts";
import { beginInvocation, type Level, log, noteFacts } from "../../lib/edge/log.ts";

/** As the runtime of Lambda says it. */
vi.hoisted(() => {
  process.env.AWS_LAMBDA_INITIALIZATION_TYPE = "on-demand";
});

afterEach(() => vi.useRealTimers());

/** What is written on standard output when lines of a level and above are wanted. */
function written(work: () => void, LOG_LEVEL: Level | "silent" = "debug"): readonly string[] {
  vi.spyOn(settings, "config").mockReturnValue({ ...settings.config(), LOG_LEVEL });
  const elsewhere = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const lines = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  work();
  const texts = lines.mock.calls.map(([text]) => String(text));
  lines.mockRestore();
  expect(elsewhere).not.toHaveBeenCalled();
  return texts;
}

const line = (facts: Record<string, unknown>) =>
  JSON.parse(written(() => log("info", "request", facts))[0]!);

it("is one line of JSON that begins with how grave, what, when and of whom", () => {
  vi.useFakeTimers({ now: 0, toFake: ["Date"] });
  expect(written(() => log("warn", "two\nlines", { a: 1n }))).toEqual([
    '{"level":"WARN","message":"two\\nlines","timestamp":"1970-01-01T00:00:00.000Z","service":"equipoise","a":"1"}\n',
  ]);
});

it("is written for its level and graver ones, all on standard output, and never when all is silent", () => {
  const levels: readonly Level[] = ["debug", "info", "warn", "error"];
  const all = () => {
    for (const level of levels) log(level, level);
  };
  const through = (least: Level | "silent") =>
    written(all, least).map((text) => JSON.parse(text).message);
  expect(through("warn")).toEqual(["warn", "error"]);
  expect(through("silent")).toEqual([]);
  expect(through("debug")).toEqual(levels);
});

it("hides whatever is named like a secret, at any depth", () => {
  const facts = { headers: { Authorization: "Bearer x", "x-api-key": "x", accept: "*/*" } };
  expect(line(facts).headers).toEqual({
    Authorization: "hidden",
    "x-api-key": "hidden",
    accept: "*/*",
  });
});

it("hides the secrets inside texts, errors and their causes", () => {
  const cause = new Error("GET https://h/k?X-Amz-Signature=abc&X-Amz-Credential=def&x=1");
  const text = JSON.stringify(line({ error: new Error("Bearer abc.def", { cause }) }));
  expect(text).not.toMatch(/abc|=def/);
  expect(text).toContain("X-Amz-Signature=hidden&X-Amz-Credential=hidden&x=1");
});

it("hides an API key wherever it was put, and leaves its id", () => {
  const key = `eq_abcdefgh_${"a2".repeat(18)}`;
  expect(line({ path: `/indices/${key}`, key_id: "abcdefgh" })).toMatchObject({
    path: "/indices/eq_abcdefgh_hidden",
    key_id: "abcdefgh",
  });
});

it("hides a ticket wherever it was put", () => {
  const ticket = `eqt_${"aB3-_".repeat(8)}xyz`;
  expect(line({ query: `/?ticket=${ticket}&x=1`, ticket, nested: { said: ticket } })).toMatchObject(
    {
      query: "/?ticket=eqt_hidden&x=1",
      ticket: "hidden",
      nested: { said: "eqt_hidden" },
    },
  );
});

it("carries the facts of its invocation, whoever writes it and whatever else is under way", async () => {
  process.env._X_AMZN_TRACE_ID =
    "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
  const invoked = async (id: string) => {
    beginInvocation(id, { functionName: `equipoise-prod-${id}` });
    await new Promise((done) => setTimeout(done, 5));
    noteFacts({ key_id: `key-${id}` });
    await new Promise((done) => setTimeout(done, 5));
    return line({ a: 1 });
  };
  const [one, other] = await Promise.all([invoked("one"), invoked("other")]);
  delete process.env._X_AMZN_TRACE_ID;
  expect(one).toMatchObject({
    function_request_id: "one",
    function_name: "equipoise-prod-one",
    key_id: "key-one",
    cold_start: true,
    xray_trace_id: "1-5759e988-bd862e3fe1be46a994272793",
    a: 1,
  });
  expect(other).toMatchObject({
    function_request_id: "other",
    key_id: "key-other",
    cold_start: false,
  });
});

it("ends in values that contain themselves and in errors that are their own cause", () => {
  const loop: Record<string, unknown> = { a: 1 };
  loop.self = loop;
  expect(line({ loop }).loop).toEqual({ a: 1 });
  const error = new Error("again");
  error.cause = error;
  const causes = JSON.stringify(line({ error })).match(/"message":"again"/g);
  expect(causes).toHaveLength(6);
});

it("tells of an error its name, message, stack and cause, and nothing a client has put on it", () => {
  const cause = Object.assign(new TypeError("no"), { $response: { body: "payload" } });
  const { error } = line({ error: new Error("failed", { cause }) });
  expect(Object.keys(error)).toEqual(["name", "message", "stack", "cause"]);
  expect(error.stack).toContain("log.test.ts");
  expect(error.cause).toMatchObject({ name: "TypeError", message: "no" });
  expect(JSON.stringify(error)).not.toContain("payload");
});
