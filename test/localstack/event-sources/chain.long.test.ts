// A record put into the embedded Kinesis, the mapping of a serverless.yml, serverless-offline's own Lambda, a function's file.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { freePort } from "../../../bench/load/ports.ts";
import { kinesisLog } from "../../../lib/edge/kinesis.ts";
import { s3Objects } from "../../../lib/edge/s3.ts";
import { startKinesis } from "../../../localstack/embedded/kinesis/server.ts";
import { startS3 } from "../../../localstack/embedded/s3/server.ts";
import { lambdaPort } from "../../../localstack/event-sources/invocation.ts";
import { startEventSources } from "../../../localstack/event-sources/start.ts";
import { NotInvoked } from "../../../localstack/event-sources/verdict.ts";

const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const region = "us-east-1";

/** Appends what it is given to a file, fails on "bad", and takes too long on "slow". */
const HANDLER = `
import { appendFileSync } from "node:fs";
export const handler = async ({ Records }, { functionName }) => {
  const texts = Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());
  appendFileSync(new URL("taken.txt", import.meta.url), texts.join(" ") + "\\n");
  if (texts.includes("slow")) await new Promise((resolve) => setTimeout(resolve, 3000));
  if (texts.includes("bad")) throw new TypeError("no such price");
  return texts.includes("partial") && texts.length > 1
    ? { batchItemFailures: [{ itemIdentifier: Records.at(-1).kinesis.sequenceNumber }] }
    : { batchItemFailures: [], functionName };
};
`;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chain-"));
  writeFileSync(join(folder, "handler.mjs"), HANDLER);
});
afterEach(() => rmSync(folder, { recursive: true }));

const taken = () => {
  try {
    return readFileSync(join(folder, "taken.txt"), "utf8").trimEnd().split("\n");
  } catch {
    return [];
  }
};

const STREAM = {
  type: "kinesis",
  arn: { "Fn::GetAtt": ["TicksStream", "Arn"] },
  batchSize: 100,
  maximumRetryAttempts: 0,
  functionResponseType: "ReportBatchItemFailures",
  destinations: { onFailure: "arn:aws:s3:::failures" },
};

const serviceOf = (stream: Readonly<Record<string, unknown>>) => ({
  service: "equipoise",
  package: {},
  provider: { name: "aws", runtime: "nodejs24.x", region, stage: "local", timeout: 2 },
  functions: {
    tick: { name: "equipoise-local-tick", handler: "handler.handler", events: [{ stream }] },
  },
});

type Lambda = Readonly<{
  create: (functions: readonly object[]) => void;
  start: () => Promise<void>;
  stop: (timeoutMs: number) => Promise<void>;
  cleanup: () => Promise<void>;
}>;

/** serverless-offline's part that runs functions and listens for invocations. */
async function lambdaOf(service: ReturnType<typeof serviceOf>, port: number): Promise<void> {
  // It has no types.
  const name = "serverless-offline/lambda";
  const { default: Offline } = (await import(name)) as {
    default: new (serverless: object, options: object) => Lambda;
  };
  const serverless = {
    service,
    config: { serverlessPath: folder, servicePath: folder },
    serviceDir: folder,
  };
  const lambda = new Offline(serverless, {
    host: "localhost",
    lambdaPort: port,
    useInProcess: true,
    terminateIdleLambdaTime: 60,
  });
  lambda.create(
    Object.entries(service.functions).map(([functionKey, functionDefinition]) => ({
      functionKey,
      functionDefinition,
    })),
  );
  await lambda.start();
  onTestFinished(async () => {
    await lambda.cleanup();
    await lambda.stop(0);
  });
}

async function chain(changes: Readonly<Record<string, unknown>> = {}) {
  const [kinesis, s3, port] = await Promise.all([
    startKinesis({ port: 0, root: join(folder, "kinesis"), streams: ["ticks"] }),
    startS3({ port: 0, root: join(folder, "s3"), buckets: ["failures"] }),
    freePort(),
  ]);
  const service = serviceOf({ ...STREAM, ...changes });
  const lines: string[] = [];
  const start = () =>
    startEventSources({
      service,
      lambda: { host: "localhost", port },
      environment: {
        AWS_ENDPOINT_URL_KINESIS: kinesis.url,
        AWS_ENDPOINT_URL_S3: s3.url,
        AWS_REGION: region,
      },
      home: folder,
      log: (line) => lines.push(line),
    });
  const runner = await start();
  onTestFinished(async () => {
    await runner?.close(0);
    await Promise.all([kinesis.close(), s3.close()]);
  });
  const log = kinesisLog({
    region,
    endpoint: kinesis.url,
    credentials,
    streams: { ticks: "ticks" },
  });
  const put = (...texts: string[]) =>
    log.append(
      "ticks",
      texts.map((text) => ({ key: "lane", bytes: Buffer.from(text) })),
    );
  const objects = s3Objects({ bucket: "failures", endpoint: s3.url, region, credentials });
  return { put, objects, lines, listen: () => lambdaOf(service, port), port };
}

describe("the chain through serverless-offline", () => {
  it("waits until functions can be invoked, and brings what came before and after", async () => {
    const { put, listen, lines } = await chain();
    await put("early");
    expect(taken()).toEqual([]);
    await listen();
    await vi.waitFor(() => expect(taken()).toEqual(["early"]), 5_000);
    await put("late");
    await vi.waitFor(() => expect(taken()).toEqual(["early", "late"]), 5_000);
    expect(lines).toContain("tick.ticks: reads shardId-000000000000");
  });

  it("knows a throw and a time-out as failures, and puts what is discarded into its bucket", async () => {
    const { put, listen, objects } = await chain();
    await listen();
    for (const text of ["bad", "slow", "good"]) {
      await put(text);
      await vi.waitFor(() => expect(taken()).toContain(text), 6_000);
    }
    const [first, second, ...others] = await objects.list("aws/lambda/");
    expect(others).toEqual([]);
    for (const { key } of [first!, second!]) {
      const found = await objects.get(key);
      const document = JSON.parse(found?.body.toString() ?? "") as Record<string, unknown>;
      expect(document).toMatchObject({
        requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 1 },
        responseContext: { functionError: "Unhandled" },
        KinesisBatchInfo: { shardId: "shardId-000000000000", batchSize: 1 },
        payload: expect.stringContaining('"eventSource":"aws:kinesis"'),
      });
    }
  });

  it("hands the function's own report on: what failed comes again", async () => {
    const { put, listen } = await chain({ maximumRetryAttempts: 5, batchSize: 2, batchWindow: 1 });
    await listen();
    await put("partial", "next");
    await vi.waitFor(() => expect(taken()).toEqual(["partial next", "next"]), 5_000);
  });

  it("sends as much in one batch as serverless-offline takes, like AWS: 6 MB", async () => {
    const { put, listen } = await chain({ batchWindow: 1 });
    await put(...Array<string>(8).fill("x".repeat(900_000)));
    await listen();
    await vi.waitFor(() => expect(taken()).toHaveLength(2), 8_000);
    expect(taken().map((line) => line.split(" ").length)).toEqual([5, 3]);
  });

  it("takes a function nobody knows for one that was not invoked", async () => {
    const { listen, port } = await chain();
    await listen();
    const { invoke, isUp, close } = lambdaPort({ host: "localhost", port });
    onTestFinished(close);
    const signal = AbortSignal.timeout(5_000);
    expect(await isUp()).toBe(true);
    await expect(invoke("unknown", {}, signal)).rejects.toThrow(NotInvoked);
    expect(await invoke("equipoise-local-tick", { Records: [] }, signal)).toMatchObject({
      statusCode: 200,
      payload: { batchItemFailures: [], functionName: "equipoise-local-tick" },
      functionError: undefined,
    });
  });

  it("starts nothing where no function reads a log", async () => {
    const service = { ...serviceOf(STREAM), functions: {} };
    const lambda = { host: "localhost", port: 9 };
    const options = { service, lambda, environment: {}, home: folder, log: () => {} };
    expect(await startEventSources(options)).toBeUndefined();
  });

  it("refuses at the start what it could not do later", async () => {
    const lambda = { host: "localhost", port: 9 };
    const options = { lambda, environment: {}, home: folder, log: () => {} };
    const wrong = { ...STREAM, destinations: { onFailure: "arn:aws:dynamodb:a:1:table/b" } };
    await expect(startEventSources({ ...options, service: serviceOf(wrong) })).rejects.toThrow(
      "SQS or SNS",
    );
    const service = {
      provider: {},
      functions: { a: { events: [{ msk: { arn: { Ref: "A" }, topic: "b" } }] } },
    };
    await expect(startEventSources({ ...options, service })).rejects.toThrow("reads Kafka for a.b");
  });
});
