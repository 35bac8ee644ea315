import { expect, it } from "vitest";
import { beginInvocation, logLine, noteFacts } from "../../lib/edge/log.ts";

const line = (facts: Record<string, unknown>) =>
  JSON.parse(logLine("info", "request", facts, 1_704_067_200_000));

it("is one line of JSON that begins with when, how grave and what", () => {
  const text = logLine("warn", "two\nlines", { a: 1n }, 0);
  expect(text).toBe(
    '{"time":"1970-01-01T00:00:00.000Z","level":"warn","message":"two\\nlines","a":"1"}',
  );
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
    request_id: "one",
    function: "equipoise-prod-one",
    key_id: "key-one",
    cold_start: true,
    xray_trace_id: "1-5759e988-bd862e3fe1be46a994272793",
    a: 1,
  });
  expect(other).toMatchObject({ request_id: "other", key_id: "key-other", cold_start: false });
});

it("ends in values that contain themselves", () => {
  const loop: Record<string, unknown> = {};
  loop.self = loop;
  expect(JSON.stringify(line(loop))).toContain("...");
});
