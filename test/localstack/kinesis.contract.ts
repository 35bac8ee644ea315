/** What every Kinesis must do, whatever server stands behind it, as AWS's own client sees it. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  PutRecordCommand,
  PutRecordsCommand,
} from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { compareSeq } from "../../lib/stream/record.ts";
import {
  HORIZON,
  iterator,
  putTexts,
  readAll,
  readFrom,
  SHARD_0,
  textOf,
  textsOf,
} from "./kinesis-direct.ts";

/** Titles of cases a server is known to fail, each with the reason. */
export type SkippedCases = Readonly<Record<string, string>>;

/** Where MD5 puts these keys (RFC 1321, A.5) in three shards of equal width, and in one half of all hashes. */
const HASHED = [
  ["a", "0cc175b9c0f1b6a831c399e269772661", 0],
  ["abc", "900150983cd24fb0d6963f7d28e17f72", 1],
  ["message digest", "f96b697d7cb7938d525a2f31aaf161d0", 2],
  ["abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b", 2],
] as const;

/** As AWS's documentation shows a stream of three shards. */
const THREE_RANGES = [
  ["0", "113427455640312821154458202477256070484"],
  ["113427455640312821154458202477256070485", "226854911280625642308916404954512140969"],
  ["226854911280625642308916404954512140970", "340282366920938463463374607431768211455"],
];

const shardName = (index: number) => `shardId-${String(index).padStart(12, "0")}`;

export function kinesisContract(
  name: string,
  client: () => KinesisClient,
  skip: SkippedCases = {},
): void {
  const test = (title: string, body: (client: KinesisClient) => Promise<void>) => {
    const reason = skip[title];
    if (reason === undefined) it(title, () => body(client()), 30_000);
    else it.skip(`${title} (skipped: ${reason})`, () => {});
  };

  /** A stream of its own, that is there when this returns. */
  async function newStream(shards = 1): Promise<string> {
    const StreamName = `stream-${randomUUID()}`;
    await client().send(new CreateStreamCommand({ StreamName, ShardCount: shards }));
    for (let status = ""; status !== "ACTIVE"; ) {
      const described = await client().send(new DescribeStreamSummaryCommand({ StreamName }));
      status = described.StreamDescriptionSummary?.StreamStatus ?? "";
    }
    return StreamName;
  }

  async function allStreams(Limit: number): Promise<string[]> {
    const names: string[] = [];
    for (let isMore = true; isMore; ) {
      const ExclusiveStartStreamName = names.at(-1);
      const page = await client().send(
        new ListStreamsCommand({
          Limit,
          ...(ExclusiveStartStreamName && { ExclusiveStartStreamName }),
        }),
      );
      expect(page.StreamNames!.length).toBeLessThanOrEqual(Limit);
      names.push(...page.StreamNames!);
      isMore = page.HasMoreStreams === true;
    }
    return names;
  }

  /** The name of the error, or that there was none. */
  const refused = (command: object) =>
    client()
      .send(command as never)
      .then(
        () => "not refused",
        (error: Error) => error.name,
      );

  describe(`Kinesis: ${name}`, () => {
    test("describes a stream and its shards, which share all hashes evenly", async (kinesis) => {
      const StreamName = await newStream(3);
      const described = await kinesis.send(new DescribeStreamCommand({ StreamName }));
      expect(described.StreamDescription).toMatchObject({
        StreamName,
        StreamStatus: "ACTIVE",
        RetentionPeriodHours: 24,
        HasMoreShards: false,
      });
      const shards = described.StreamDescription?.Shards ?? [];
      expect(shards.map(({ ShardId }) => ShardId)).toEqual([0, 1, 2].map(shardName));
      const ranges = shards.map(({ HashKeyRange }) => [
        HashKeyRange?.StartingHashKey,
        HashKeyRange?.EndingHashKey,
      ]);
      expect(ranges).toEqual(THREE_RANGES);
      const listed = await kinesis.send(new ListShardsCommand({ StreamName }));
      expect(listed.Shards).toEqual(shards);
    });

    test("finds a stream by its ARN", async (kinesis) => {
      const StreamName = await newStream(2);
      const byName = await kinesis.send(new DescribeStreamSummaryCommand({ StreamName }));
      const { StreamARN, OpenShardCount } = byName.StreamDescriptionSummary!;
      expect([StreamARN!.endsWith(`:stream/${StreamName}`), OpenShardCount]).toEqual([true, 2]);
      const Data = Buffer.from("by ARN");
      await kinesis.send(new PutRecordCommand({ StreamARN, Data, PartitionKey: "a" }));
      expect(textsOf(await readAll(kinesis, StreamName))).toEqual(["by ARN"]);
    });

    test("lists streams and removes one with its records", async (kinesis) => {
      const StreamName = await newStream();
      const names = () => allStreams(100);
      expect(await names()).toContain(StreamName);
      await kinesis.send(new DeleteStreamCommand({ StreamName }));
      await expect
        .poll(() => refused(new DescribeStreamSummaryCommand({ StreamName })))
        .toBe("ResourceNotFoundException");
      expect(await names()).not.toContain(StreamName);
    });

    test("lists shards page by page", async (kinesis) => {
      const StreamName = await newStream(3);
      const first = await kinesis.send(new ListShardsCommand({ StreamName, MaxResults: 2 }));
      const rest = await kinesis.send(new ListShardsCommand({ NextToken: first.NextToken }));
      const ids = [...first.Shards!, ...rest.Shards!].map(({ ShardId }) => ShardId);
      expect([ids, rest.NextToken]).toEqual([[0, 1, 2].map(shardName), undefined]);
    });

    test("lists streams page by page", async () => {
      const made = [await newStream(), await newStream(), await newStream()];
      const listed = await allStreams(2);
      expect(listed).toEqual(expect.arrayContaining(made));
      expect(new Set(listed).size).toBe(listed.length);
    });

    test("refuses a name that is taken, and streams that are not there", async () => {
      const StreamName = await newStream();
      expect(await refused(new CreateStreamCommand({ StreamName, ShardCount: 1 }))).toBe(
        "ResourceInUseException",
      );
      const absent = { StreamName: `absent-${randomUUID()}` };
      const record = { Data: Buffer.from("x"), PartitionKey: "a" };
      for (const command of [
        new DescribeStreamCommand(absent),
        new DeleteStreamCommand(absent),
        new ListShardsCommand(absent),
        new PutRecordCommand({ ...absent, ...record }),
        new PutRecordsCommand({ ...absent, Records: [record] }),
        new GetShardIteratorCommand({ ...absent, ShardId: SHARD_0, ...HORIZON } as never),
      ])
        expect(await refused(command)).toBe("ResourceNotFoundException");
    });

    test("gives back bytes, key and time as they came", async (kinesis) => {
      const StreamName = await newStream();
      const Data = Uint8Array.from({ length: 256 }, (_, i) => i);
      const PartitionKey = "lane/0 é 🦉";
      const beforeMs = Date.now();
      const put = await kinesis.send(new PutRecordCommand({ StreamName, Data, PartitionKey }));
      const [record] = await readFrom(kinesis, StreamName);
      expect(record).toMatchObject({ PartitionKey, SequenceNumber: put.SequenceNumber });
      expect(Buffer.from(record!.Data!).equals(Data)).toBe(true);
      const arrivalMs = record!.ApproximateArrivalTimestamp!.getTime();
      expect(arrivalMs).toBeGreaterThanOrEqual(Math.floor(beforeMs / 1000) * 1000);
      expect(arrivalMs).toBeLessThanOrEqual(Date.now() + 1000);
    });

    test("puts records where the MD5 of their key says, and in order", async (kinesis) => {
      const StreamName = await newStream(3);
      for (const [key, , shard] of HASHED)
        for (const n of [1, 2]) {
          const Data = Buffer.from(`${key} ${n}`);
          const put = await kinesis.send(
            new PutRecordCommand({ StreamName, Data, PartitionKey: key }),
          );
          expect(put.ShardId, key).toBe(shardName(shard));
        }
      const last = await readFrom(kinesis, StreamName, HORIZON, shardName(2));
      expect(textsOf(last)).toEqual(HASHED.slice(2).flatMap(([key]) => [`${key} 1`, `${key} 2`]));
    });

    test("lets an explicit hash win over the key", async (kinesis) => {
      const StreamName = await newStream(3);
      const Data = Buffer.from("x");
      const edges = THREE_RANGES.flatMap((range, shard) =>
        range.map((hash) => ({ hash, shard: shardName(shard) })),
      );
      const Records = edges.map(({ hash }) => ({ Data, PartitionKey: "a", ExplicitHashKey: hash }));
      const put = await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
      expect(put.Records?.map(({ ShardId }) => ShardId)).toEqual(edges.map(({ shard }) => shard));
    });

    test("numbers the records of a shard in ascending order", async (kinesis) => {
      const stream = await newStream();
      const numbers: string[] = [];
      for (let call = 0; call < 5; call++)
        numbers.push(...(await putTexts(kinesis, stream, ["a", "b", "c"])));
      expect(numbers.toSorted(compareSeq)).toEqual(numbers);
      expect(new Set(numbers).size).toBe(15);
      const read = await readFrom(kinesis, stream);
      expect(read.map(({ SequenceNumber }) => SequenceNumber)).toEqual(numbers);
    });

    test("numbers records by 56 digits", async (kinesis) => {
      const stream = await newStream();
      const [number] = await putTexts(kinesis, stream, ["a"]);
      expect(number).toMatch(/^[1-9]\d{55}$/);
    });

    test("reads from where an iterator of each kind stands", async (kinesis) => {
      const stream = await newStream();
      const [, second] = await putTexts(kinesis, stream, ["1", "2", "3"]);
      const latest = await iterator(kinesis, stream, { ShardIteratorType: "LATEST" });
      await putTexts(kinesis, stream, ["4"]);
      const from = async (type: "AT" | "AFTER") =>
        textsOf(
          await readFrom(kinesis, stream, {
            ShardIteratorType: `${type}_SEQUENCE_NUMBER`,
            StartingSequenceNumber: second,
          }),
        );
      expect(textsOf(await readFrom(kinesis, stream))).toEqual(["1", "2", "3", "4"]);
      expect(await from("AT")).toEqual(["2", "3", "4"]);
      expect(await from("AFTER")).toEqual(["3", "4"]);
      const newest = await kinesis.send(new GetRecordsCommand({ ShardIterator: latest }));
      expect(newest.Records?.map(textOf)).toEqual(["4"]);
    });

    test("reads from a time on", async (kinesis) => {
      const stream = await newStream();
      await putTexts(kinesis, stream, ["early"]);
      const [early] = await readFrom(kinesis, stream);
      const arrivalMs = early!.ApproximateArrivalTimestamp!.getTime();
      await sleep(1100);
      await putTexts(kinesis, stream, ["late"]);
      const since = async (Timestamp: Date) =>
        textsOf(await readFrom(kinesis, stream, { ShardIteratorType: "AT_TIMESTAMP", Timestamp }));
      expect(await since(new Date(arrivalMs - 60_000))).toEqual(["early", "late"]);
      expect(await since(new Date(arrivalMs))).toEqual(["early", "late"]);
      expect(await since(new Date(arrivalMs + 1000))).toEqual(["late"]);
    });

    test("reads page by page, and says at the tip that nothing is left", async (kinesis) => {
      const stream = await newStream();
      await putTexts(kinesis, stream, ["1", "2", "3", "4", "5"]);
      const seen: (readonly string[])[] = [];
      let next: string | undefined = await iterator(kinesis, stream);
      for (let isTip = false; !isTip; ) {
        const answer: GetRecordsCommandOutput = await kinesis.send(
          new GetRecordsCommand({ ShardIterator: next, Limit: 2 }),
        );
        seen.push((answer.Records ?? []).map(textOf));
        next = answer.NextShardIterator;
        isTip = answer.MillisBehindLatest === 0 && seen.flat().length === 5;
      }
      expect(seen.slice(0, 3)).toEqual([["1", "2"], ["3", "4"], ["5"]]);
      await putTexts(kinesis, stream, ["6"]);
      const more = await kinesis.send(new GetRecordsCommand({ ShardIterator: next }));
      expect(more.Records?.map(textOf), "the last iterator goes on").toEqual(["6"]);
    });

    test("tells how far behind a reader is", async (kinesis) => {
      const stream = await newStream();
      await putTexts(kinesis, stream, ["1", "2"]);
      const ShardIterator = await iterator(kinesis, stream);
      const first = await kinesis.send(new GetRecordsCommand({ ShardIterator, Limit: 1 }));
      expect(first.MillisBehindLatest).toBeGreaterThan(0);
    });

    test("takes 500 records in a call and no more", async (kinesis) => {
      const StreamName = await newStream();
      const record = { Data: Buffer.from("x"), PartitionKey: "a" };
      const records = (count: number) =>
        new PutRecordsCommand({ StreamName, Records: Array.from({ length: count }, () => record) });
      expect((await kinesis.send(records(500))).FailedRecordCount).toBe(0);
      expect(await refused(records(501))).toBe("ValidationException");
      expect(await refused(records(0))).toBe("ValidationException");
      expect(await readFrom(kinesis, StreamName)).toHaveLength(500);
    });

    test("takes a record of 1 MB with its key and no larger one", async () => {
      const StreamName = await newStream();
      const put = (bytes: number) =>
        refused(
          new PutRecordCommand({ StreamName, Data: Buffer.alloc(bytes, 7), PartitionKey: "k" }),
        );
      expect(await put(1024 * 1024 - 1)).toBe("not refused");
      expect(await put(1024 * 1024 + 1)).toBe("ValidationException");
    });

    test("counts the key in the size of a record", async () => {
      const StreamName = await newStream();
      const Data = Buffer.alloc(1024 * 1024);
      const command = new PutRecordCommand({ StreamName, Data, PartitionKey: "k" });
      expect(await refused(command)).toBe("ValidationException");
    });

    test("takes 5 MB in a call and no more", async (kinesis) => {
      const StreamName = await newStream();
      const Data = Buffer.alloc(1024 * 1024 - 1);
      const records = (count: number) =>
        new PutRecordsCommand({
          StreamName,
          Records: Array.from({ length: count }, () => ({ Data, PartitionKey: "k" })),
        });
      expect((await kinesis.send(records(5))).FailedRecordCount).toBe(0);
      expect(await refused(records(6))).toBe("InvalidArgumentException");
    });

    test("refuses an iterator that never was", async () => {
      expect(await refused(new GetRecordsCommand({ ShardIterator: "AAAAAAAAAA" }))).toBe(
        "InvalidArgumentException",
      );
    });

    test("refuses a shard that never was", async () => {
      const StreamName = await newStream();
      const ask = { StreamName, ShardIteratorType: "TRIM_HORIZON" } as const;
      expect(await refused(new GetShardIteratorCommand({ ...ask, ShardId: shardName(7) }))).toBe(
        "ResourceNotFoundException",
      );
    });

    test("refuses a number that this shard never gave", async () => {
      const StreamName = await newStream();
      const ask = {
        StreamName,
        ShardId: SHARD_0,
        ShardIteratorType: "AT_SEQUENCE_NUMBER",
      } as const;
      const asked = (StartingSequenceNumber?: string) =>
        refused(
          new GetShardIteratorCommand({
            ...ask,
            ...(StartingSequenceNumber !== undefined && { StartingSequenceNumber }),
          }),
        );
      expect(await asked("12345")).toBe("InvalidArgumentException");
      expect(await asked()).toBe("InvalidArgumentException");
    });

    test("refuses a time to come", async () => {
      const StreamName = await newStream();
      const command = new GetShardIteratorCommand({
        StreamName,
        ShardId: SHARD_0,
        ShardIteratorType: "AT_TIMESTAMP",
        Timestamp: new Date(Date.now() + 3_600_000),
      });
      expect(await refused(command)).toBe("InvalidArgumentException");
    });

    test("refuses a key of more than 256 letters", async () => {
      const StreamName = await newStream();
      const Data = Buffer.from("x");
      const put = (letters: number) =>
        refused(new PutRecordCommand({ StreamName, Data, PartitionKey: "k".repeat(letters) }));
      expect([await put(256), await put(257)]).toEqual(["not refused", "ValidationException"]);
    });

    test("refuses names and limits that its model does not allow", async (kinesis) => {
      const bad = { StreamName: "no spaces", ShardCount: 1 };
      expect(await refused(new CreateStreamCommand(bad))).toBe("ValidationException");
      const ShardIterator = await iterator(kinesis, await newStream());
      expect(await refused(new GetRecordsCommand({ ShardIterator, Limit: 10_001 }))).toBe(
        "ValidationException",
      );
    });
  });
}
