import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { startKinesis } from "../../localstack/embedded/kinesis/server.ts";
import { kinesisClient, readAll, textsOf } from "../localstack/kinesis-direct.ts";

let url = "";
let stop = async () => {};

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), "event-log-"));
  const server = await startKinesis({ port: 0, root, streams: ["raw", "made", "asked"] });
  ({ url } = server);
  vi.stubEnv("AWS_ENDPOINT_URL_KINESIS", url);
  vi.stubEnv("TICKS_STREAM", "raw");
  vi.stubEnv("ENRICHED_STREAM", "made");
  vi.stubEnv("ORDERS_STREAM", "asked");
  stop = async () => {
    await server.close();
    await rm(root, { recursive: true });
  };
});
afterAll(() => stop());

it("gives functions the logs as streams under the names that are set", async () => {
  const { world } = await import("../../lib/world.ts");
  const record = (text: string) => ({ key: "AAPL", bytes: Buffer.from(text) });
  await world.eventLog.append("ticks", [record("tick")]);
  await world.eventLog.append("enriched", [record("bar"), record("anomaly")]);
  await world.eventLog.append("orders", [record("order")]);
  const client = kinesisClient(url);
  expect(textsOf(await readAll(client, "raw"))).toEqual(["tick"]);
  expect(textsOf(await readAll(client, "made"))).toEqual(["bar", "anomaly"]);
  expect(textsOf(await readAll(client, "asked"))).toEqual(["order"]);
  client.destroy();
});
