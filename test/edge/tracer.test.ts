// As on Lambda, with a stand-in for X-Ray's daemon. The first test is of a process that has not traced yet.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { daemon, onLambda, PARENT, traceHeader, traceOf } from "./daemon.ts";

const xray = await daemon();
Object.assign(process.env, onLambda(xray.address));
const { annotate, annotateFault, traced, tracedCall } = await import("../../lib/edge/tracer.ts");
const { http } = await import("../../lib/edge/http.ts");
const { disconnecting } = await import("../../lib/edge/live.ts");
const { scheduled } = await import("../../lib/edge/scheduled.ts");
const { streaming } = await import("../../lib/edge/streaming.ts");

/** What X-Ray's SDK leaves in every process that has evaluated it. */
const isEvaluated = () => "namespaces" in process;

let invocations = 0;
function invoke<T>(work: () => Promise<T>, isSampled = true): Promise<T> {
  invocations++;
  process.env._X_AMZN_TRACE_ID = traceHeader(invocations, isSampled);
  return traced("equipoise-prod-it", work);
}

const call = (ms: number, facts = {}) => tracedCall("S3", facts, () => sleep(ms, "done"));

describe("tracing", { shuffle: false }, () => {
  it("evaluates nothing of X-Ray's SDK while no invocation is sampled", async () => {
    const work = async () => {
      annotate({ RequestId: "r" });
      annotateFault();
      return call(1);
    };
    expect(await invoke(work, false)).toBe("done");
    vi.stubEnv("LAMBDA_TASK_ROOT", undefined);
    expect(await invoke(work)).toBe("done");
    vi.unstubAllEnvs();
    expect(isEvaluated()).toBe(false);
    await invoke(work);
    expect(isEvaluated()).toBe(true);
    expect((await xray.taken()).map(({ trace_id }) => trace_id)).toEqual([traceOf(3), traceOf(3)]);
  });

  it("tells each sampled invocation as a child of Lambda's segment, with its annotations", async () => {
    for (const isSampled of [true, false, true])
      await invoke(async () => {
        await sleep(1);
        annotate({ RequestId: `r${invocations}`, ColdStart: false, Route: undefined });
      }, isSampled);
    const [one, other, ...rest] = await xray.taken();
    expect(rest).toEqual([]);
    expect(one).toMatchObject({
      trace_id: traceOf(invocations - 2),
      parent_id: PARENT,
      name: "## equipoise-prod-it",
      annotations: { Service: "equipoise", RequestId: `r${invocations - 2}`, ColdStart: false },
    });
    expect(other).toMatchObject({ annotations: { RequestId: `r${invocations}` } });
  });

  it("tells calls under the invocation, also those at the same time and one in another", async () => {
    await invoke(async () => {
      const inner = () => call(1, { operation: "inner" });
      await Promise.all([call(5, { operation: "GET" }), tracedCall("Redis", {}, inner)]);
      annotate({ RequestId: "after" });
    });
    const told = await xray.taken();
    const of = (operation: string) =>
      told.find(({ metadata }) => metadata?.equipoise?.operation === operation);
    const invocation = told.find(({ name }) => name.startsWith("##"));
    const redis = told.find(({ name }) => name === "Redis");
    expect(told).toHaveLength(4);
    expect(invocation?.annotations).toMatchObject({ RequestId: "after" });
    expect(of("GET")).toMatchObject({
      name: "S3",
      namespace: "remote",
      parent_id: invocation?.id,
    });
    expect(redis).toMatchObject({ namespace: "remote", parent_id: invocation?.id });
    expect(of("inner")?.parent_id).toBe(redis?.id);
  });

  it("tells that something failed and not in which words, and lets the failure through", async () => {
    const failing = () =>
      tracedCall("S3", {}, async () => {
        throw new Error("GET https://h/k?X-Amz-Signature=abc");
      });
    await expect(invoke(failing)).rejects.toThrow("X-Amz-Signature");
    const told = await xray.taken();
    expect(told.map(({ fault }) => fault)).toEqual([true, true]);
    expect(JSON.stringify(told)).not.toContain("Signature");
  });

  it("knows of a request its route, its id and whether it failed", async () => {
    const failing = http().handler(() => {
      throw new Error("no");
    });
    process.env._X_AMZN_TRACE_ID = traceHeader(99, true);
    const event = { routeKey: "GET /indices/{id}", rawPath: "/indices/a", headers: {} };
    const context = { functionName: "equipoise-prod-indices", awsRequestId: "request-1" };
    await expect(failing(event as never, context as never)).resolves.toMatchObject({
      statusCode: 500,
    });
    expect(await xray.taken()).toMatchObject([
      {
        trace_id: traceOf(99),
        name: "## equipoise-prod-indices",
        fault: true,
        annotations: { RequestId: "request-1", Route: "GET /indices/{id}", ColdStart: true },
      },
    ]);
  });

  it("knows of what a schedule, a log and a live connection began", async () => {
    const context = { functionName: "it", awsRequestId: "request-2" };
    process.env._X_AMZN_TRACE_ID = traceHeader(100, true);
    await scheduled(async (id) => id)({ id: "event-1" }, context);
    await expect(streaming(async () => ({}))({ Records: 1 }, context)).rejects.toThrow();
    await disconnecting(async () => {})(
      { requestContext: { connectionId: "a", eventType: "DISCONNECT" } },
      context,
    );
    const annotations = { RequestId: "request-2", ColdStart: false };
    expect(await xray.taken()).toMatchObject([
      { name: "## it", annotations },
      { name: "## it", annotations, fault: true },
      { name: "## it", annotations: { ...annotations, Route: "DISCONNECT" } },
    ]);
  });

  it("does the work whether the daemon is there or not", async () => {
    const said = vi.spyOn(process.stderr, "write");
    await xray.close();
    expect(await invoke(() => call(1))).toBe("done");
    await sleep(20);
    expect(said).not.toHaveBeenCalled();
  });
});
