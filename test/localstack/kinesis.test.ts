import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { afterAll, beforeAll } from "vitest";
import { startKinesis } from "../../localstack/embedded/kinesis/server.ts";
import { kinesisContract } from "./kinesis.contract.ts";
import { kinesisClient } from "./kinesis-direct.ts";

let client: KinesisClient;
let stop = async () => {};

beforeAll(async () => {
  const root = await mkdtemp(join(tmpdir(), "kinesis-"));
  const server = await startKinesis({ port: 0, root });
  client = kinesisClient(server.url);
  stop = async () => {
    client.destroy();
    await server.close();
    await rm(root, { recursive: true });
  };
});
afterAll(() => stop());

kinesisContract("embedded server", () => client);
