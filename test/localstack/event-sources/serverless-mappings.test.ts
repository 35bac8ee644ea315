// Rule 8, and what serverless.yml says of a mapping: its settings, its defaults, its ARNs.
import { describe, expect, it } from "vitest";
import { localArn } from "../../../localstack/event-sources/arn.ts";
import { mappingsOf, type Service } from "../../../localstack/event-sources/serverless-mappings.ts";
import { ARN, mapping } from "./harness.ts";

const service = (events: readonly Readonly<Record<string, unknown>>[], more = {}): Service => ({
  provider: { region: "us-east-1", timeout: 15 },
  functions: { "stream-tick": { name: "equipoise-local-stream-tick", events, ...more } },
});

const resources = {
  TicksStream: { Type: "AWS::Kinesis::Stream", Properties: { Name: "live-ticks" } },
  EnrichedStream: { Type: "AWS::Kinesis::Stream", Properties: {} },
  LostQueue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "lost" } },
  DataBucket: { Type: "AWS::S3::Bucket", Properties: { BucketName: { Ref: "AWS::StackName" } } },
};

describe("a stream event", () => {
  it("has the defaults of the deployment", () => {
    expect(mappingsOf(service([{ stream: ARN }]))).toEqual([mapping({ batchSize: 10 })]);
  });

  it("says everything a mapping has", () => {
    const stream = {
      type: "kinesis",
      arn: ARN,
      batchSize: 10_000,
      batchWindow: 300,
      parallelizationFactor: 10,
      startingPosition: "AT_TIMESTAMP",
      startingPositionTimestamp: 1_700_000_000.5,
      maximumRetryAttempts: 0,
      maximumRecordAgeInSeconds: 60,
      bisectBatchOnFunctionError: true,
      functionResponseType: "ReportBatchItemFailures",
      destinations: { onFailure: "arn:aws:s3:::failures" },
      consumer: true,
      enabled: true,
    };
    expect(mappingsOf(service([{ stream }], { timeout: 60 }))).toEqual([
      mapping({
        batchSize: 10_000,
        batchWindowMs: 300_000,
        lanes: 10,
        start: { timestampMs: 1_700_000_000_500 },
        retriesMax: 0,
        recordAgeMsMax: 60_000,
        isBisecting: true,
        isReportingFailures: true,
        onFailureArn: "arn:aws:s3:::failures",
        timeoutMs: 60_000,
      }),
    ]);
  });

  it("may have a tumbling window of up to 900 s", () => {
    const stream = { arn: ARN, tumblingWindowInSeconds: 900 };
    expect(mappingsOf(service([{ stream }]))[0]).toMatchObject({ tumblingWindowMs: 900_000 });
  });

  it("that is not enabled is left out, as are other events", () => {
    const stream = { arn: ARN, enabled: false };
    const msk = { arn: { Ref: "Cluster" }, topic: "market.raw", enabled: false };
    expect(mappingsOf(service([{ stream }, { msk }, { httpApi: "GET /" }]))).toEqual([]);
    expect(mappingsOf({ provider: {} })).toEqual([]);
  });

  it.each([
    [{ filterPatterns: [{ data: { type: ["trade"] } }] }, "filterPatterns are not emulated"],
    [{ batchSize: 10_001 }, "batchSize"],
    [{ batchWindow: 301 }, "batchWindow"],
    [{ parallelizationFactor: 11 }, "parallelizationFactor"],
    [{ tumblingWindowInSeconds: 901 }, "tumblingWindowInSeconds"],
    [{ maximumRecordAgeInSeconds: 59 }, "maximumRecordAgeInSeconds must be -1 or from 60"],
    [{ tumblingWindowInSeconds: 60, parallelizationFactor: 2 }, "needs parallelizationFactor 1"],
    [{ startingPosition: "AT_TIMESTAMP" }, "needs startingPositionTimestamp"],
    [{ arn: "arn:aws:dynamodb:us-east-1:1:table/a/stream/b" }, "only streams of Kinesis"],
    [{ arn: 7 }, "the ARN 7 cannot be resolved"],
    [{ arn: { "Fn::If": ["a", "b", "c"] } }, "cannot be resolved"],
  ])("with %j is refused, and says why", (wrong, message) => {
    expect(() => mappingsOf(service([{ stream: { arn: ARN, ...wrong } }]))).toThrow(
      expect.objectContaining({
        code: "BAD_FILE",
        message: expect.stringMatching(
          new RegExp(`^serverless\\.yml, .*function stream-tick.*${message}`),
        ),
      }),
    );
  });
});

describe("an event of Kafka", () => {
  it("of MSK has a topic, and names its cluster", () => {
    const msk = { arn: { Ref: "MarketCluster" }, topic: "market.raw", batchSize: 500 };
    expect(mappingsOf(service([{ msk }]))).toEqual([
      mapping({
        id: "stream-tick.market.raw",
        source: {
          kind: "msk",
          arn: "arn:aws:kafka:us-east-1:000000000000:cluster/market/local",
          topic: "market.raw",
        },
        batchSize: 500,
      }),
    ]);
  });

  it("of one's own cluster names its brokers", () => {
    const kafka = {
      accessConfigurations: { saslScram512Auth: ["arn"] },
      bootstrapServers: ["localhost:9092"],
      topic: "market.raw",
      startingPosition: "LATEST",
      maximumBatchingWindow: 5,
    };
    expect(mappingsOf(service([{ kafka }]))[0]).toMatchObject({
      source: { kind: "kafka", topic: "market.raw", bootstrapServers: ["localhost:9092"] },
      start: "LATEST",
      batchSize: 100,
      batchWindowMs: 5_000,
    });
  });
});

describe("an ARN of serverless.yml", () => {
  const where = { region: "eu-west-1", resources, service: "kinesis", of: "function a" };
  const ref = (name: string) => `\${${name}}`;
  const stream = (name: string) => `arn:aws:kinesis:eu-west-1:000000000000:stream/${name}`;

  it.each([
    [ARN, ARN, "ticks"],
    [{ "Fn::GetAtt": ["TicksStream", "Arn"] }, stream("live-ticks"), "live-ticks"],
    [{ "Fn::GetAtt": "TicksStream.Arn" }, stream("live-ticks"), "live-ticks"],
    [{ "Fn::GetAtt": ["EnrichedStream", "Arn"] }, stream("enriched"), "enriched"],
    [{ "Fn::GetAtt": ["OtherStream", "Arn"] }, stream("other"), "other"],
    [{ "Fn::GetAtt": ["LostQueue", "Arn"] }, "arn:aws:sqs:eu-west-1:000000000000:lost", "lost"],
    [{ "Fn::GetAtt": ["DataBucket", "Arn"] }, "arn:aws:s3:::data", "data"],
    [{ Ref: "TicksStream" }, stream("live-ticks"), "live-ticks"],
    [{ "Fn::ImportValue": "market:TicksStreamArn" }, stream("TicksStreamArn"), "TicksStreamArn"],
    [
      { "Fn::Sub": `arn:aws:kinesis:${ref("AWS::Region")}:1:stream/ticks` },
      stream("ticks"),
      "ticks",
    ],
    [{ "Fn::Sub": ref("TicksStream.Arn") }, stream("live-ticks"), "live-ticks"],
    [
      { "Fn::Join": ["/", ["arn:aws:kinesis:a:1:stream", { Ref: "TicksStream" }]] },
      stream("live-ticks"),
      "live-ticks",
    ],
    [{ "Fn::Join": [":", ["arn", { Ref: "AWS::Region" }, "stream/x"]] }, stream("x"), "x"],
  ])("%j is %s here", (arn, text, name) => {
    expect(localArn(arn, where)).toMatchObject({ text, name });
  });
});
