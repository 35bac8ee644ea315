import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { instruments } from "../../lib/edge/metrics/meter.ts";
import { connectionPosts } from "../../lib/edge/websocket.ts";
import { type Gateway, gateway } from "./gateway.ts";

let server: Gateway;
beforeEach(async () => {
  server = await gateway();
});
afterEach(() => server.close());

const nowMs = () => Date.parse("2015-08-30T12:36:00Z");
const postsTo = (endpoint: string, more = {}) => connectionPosts({ endpoint, nowMs, ...more });
const failures = () =>
  instruments.sum("qf_dependency_failures_total", ([part]) => part === "websocket");

/** API Gateway's ids hold letters that have a meaning in a path. */
const ID = "L0SM9/cO+vHcCIhw=";

describe("posts to connections", () => {
  it("send the text as it is, to the id encoded for a path", async () => {
    server.open.add(ID);
    const { post } = postsTo(server.url);
    expect(await post(ID, '{"type":"ü"}')).toBe("done");
    expect(server.asked).toMatchObject([
      { method: "POST", path: "/@connections/L0SM9%2FcO%2BvHcCIhw%3D", body: '{"type":"ü"}' },
    ]);
    expect(server.asked[0]?.headers).not.toHaveProperty("authorization");
  });

  it("keep the stage of the address, with or without a stroke at its end", async () => {
    server.open.add("a");
    await postsTo(`${server.url}/prod`).post("a", "1");
    await postsTo(`${server.url}/prod/`).post("a", "2");
    expect(server.asked.map(({ path }) => path)).toEqual([
      "/prod/@connections/a",
      "/prod/@connections/a",
    ]);
  });

  it("end a connection, and tell of one that is over by the status 410", async () => {
    server.open.add(ID);
    const { post, close } = postsTo(server.url);
    expect(await close(ID)).toBe("done");
    expect(await close(ID)).toBe("gone");
    expect(await post(ID, "x")).toBe("gone");
    expect(server.asked.map(({ method }) => method)).toEqual(["DELETE", "DELETE", "POST"]);
  });

  it("are signed for execute-api where credentials are given", async () => {
    server.open.add("a");
    const credentials = () => ({
      accessKeyId: "AKIDEXAMPLE",
      secretAccessKey: "secret",
      sessionToken: "token",
    });
    const signing = { region: "eu-west-1", credentials };
    await postsTo(`${server.url}/prod`, { signing }).post("a", "text");
    expect(server.asked[0]?.headers).toMatchObject({
      "x-amz-date": "20150830T123600Z",
      "x-amz-security-token": "token",
      authorization: expect.stringMatching(
        /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/20150830\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
      ),
    });
  });

  it.each([403, 429, 500, 503])("fail, counted, when the gateway answers %i", async (status) => {
    server.answers(status);
    const before = failures();
    await expect(postsTo(server.url).post("a", "x")).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
      details: { dependency: "websocket", operation: "POST", status },
    });
    expect(failures()).toBe(before + 1);
  });

  it("fail, counted, when it is silent or away", async () => {
    server.answers(0);
    const before = failures();
    const { close } = postsTo(server.url, { timeoutMs: 50 });
    await expect(close("a")).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
      details: { dependency: "websocket", operation: "DELETE" },
    });
    await expect(postsTo("http://127.0.0.1:9").post("a", "x")).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
    });
    expect(failures()).toBe(before + 2);
  });

  it("go over kept connections, and once more when the gateway has closed one that lay idle", async () => {
    server.open.add("a");
    const { post } = postsTo(server.url);
    const before = failures();
    for (let i = 0; i < 3; i++) expect(await post("a", String(i))).toBe("done");
    expect(server.sockets()).toBe(1);
    server.hangUpNext();
    expect(await post("a", "3")).toBe("done");
    expect(server.sockets()).toBe(2);
    expect(server.asked.map(({ body }) => body)).toEqual(["0", "1", "2", "3"]);
    expect(failures()).toBe(before);
  });
});
