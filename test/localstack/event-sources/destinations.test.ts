import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { destination } from "../../../localstack/event-sources/destinations.ts";
import {
  failureDocument,
  mappingUuid,
} from "../../../localstack/event-sources/failure-document.ts";
import type { EventSource } from "../../../localstack/event-sources/mapping.ts";
import { mapping } from "./harness.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "destinations-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const failure = (at: number) => ({
  key: `aws/lambda/${at}`,
  document: { version: "1.0", at },
  event: { Records: [{ at }] },
});

describe("an on-failure destination", () => {
  it("that is a bucket gets the document with the whole event as text", async () => {
    const puts: unknown[] = [];
    const putObject = async (bucket: string, key: string, body: Uint8Array) =>
      puts.push([bucket, key, JSON.parse(Buffer.from(body).toString())]);
    await destination("arn:aws:s3:::failures", { folder, putObject })(failure(1));
    expect(puts).toEqual([
      ["failures", "aws/lambda/1", { version: "1.0", at: 1, payload: '{"Records":[{"at":1}]}' }],
    ]);
  });

  it.each(["sqs", "sns"])("of %s gets a line each, without the event", async (service) => {
    const putObject = () => Promise.reject(new Error("nothing is put"));
    const arn = `arn:aws:${service}:us-east-1:1:lost`;
    const tell = destination(arn, { folder: join(folder, "later"), putObject });
    await tell(failure(1));
    await tell(failure(2));
    expect(readFileSync(join(folder, "later", "lost.jsonl"), "utf8")).toBe(
      '{"version":"1.0","at":1}\n{"version":"1.0","at":2}\n',
    );
  });

  it("of anything else is refused before it is needed", () => {
    const putObject = async () => {};
    expect(() => destination("arn:aws:dynamodb:a:1:table/b", { folder, putObject })).toThrow(
      expect.objectContaining({ code: "BAD_FILE" }),
    );
    expect(existsSync(join(folder, "later"))).toBe(false);
  });
});

describe("a mapping", () => {
  it("has a UUID that stays", () => {
    expect(mappingUuid(mapping())).toMatch(
      /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
    );
    expect(mappingUuid(mapping())).toBe(mappingUuid(mapping({ batchSize: 7 })));
    expect(mappingUuid(mapping())).not.toBe(mappingUuid(mapping({ id: "other" })));
  });

  it.each<readonly [EventSource, Readonly<Record<string, unknown>>]>([
    [
      { kind: "msk", arn: "arn:aws:kafka:a:1:cluster/b/c", topic: "market.raw" },
      { eventSourceArn: "arn:aws:kafka:a:1:cluster/b/c" },
    ],
    [
      { kind: "kafka", topic: "market.raw", bootstrapServers: ["a:1", "b:2"] },
      { bootstrapServers: "a:1,b:2" },
    ],
  ])("of Kafka tells which offsets were discarded: %j", (source, facts) => {
    const record = { key: "", bytes: Buffer.from("abc"), arrivalMs: 0 };
    const records = [
      { ...record, seq: "15" },
      { ...record, seq: "19", arrivalMs: 1_000 },
    ];
    const discard = { condition: "RecordTooLarge", records, invocations: 0 } as const;
    expect(failureDocument(mapping({ source }), "3", discard, 2_000).KafkaBatchInfo).toEqual({
      ...facts,
      batchSize: 2,
      payloadSize: 6,
      recordsInfo: {
        "market.raw-3": {
          firstRecordOffset: "15",
          firstRecordTimestamp: "1970-01-01T00:00:00.000Z",
          lastRecordOffset: "19",
          lastRecordTimestamp: "1970-01-01T00:00:01.000Z",
        },
      },
    });
  });
});
