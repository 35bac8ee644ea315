/** AWS's own client on a local Kinesis, and what tests ask of it again and again. */
import {
  GetRecordsCommand,
  type GetRecordsCommandOutput,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  type _Record as WireRecord,
} from "@aws-sdk/client-kinesis";
import { NodeHttpHandler } from "@smithy/node-http-handler";

export const SHARD_0 = "shardId-000000000000";

/** One try and no more: tests want the answer itself. */
export const kinesisClient = (endpoint: string): KinesisClient =>
  new KinesisClient({
    endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler({ httpAgent: { keepAlive: true, maxSockets: 16 } }),
  });

export type From = Omit<GetShardIteratorCommandInput, "StreamName" | "ShardId" | "StreamARN">;
export const HORIZON: From = { ShardIteratorType: "TRIM_HORIZON" };

export async function iterator(
  client: KinesisClient,
  stream: string,
  from: From = HORIZON,
  shard = SHARD_0,
): Promise<string> {
  const asked = { StreamName: stream, ShardId: shard, ...from };
  return (await client.send(new GetShardIteratorCommand(asked))).ShardIterator!;
}

/** Everything from there to the tip. */
export async function readFrom(
  client: KinesisClient,
  stream: string,
  from: From = HORIZON,
  shard = SHARD_0,
): Promise<WireRecord[]> {
  const records: WireRecord[] = [];
  let next: string | undefined = await iterator(client, stream, from, shard);
  for (let isTip = false; !isTip; ) {
    const answer: GetRecordsCommandOutput = await client.send(
      new GetRecordsCommand({ ShardIterator: next }),
    );
    records.push(...(answer.Records ?? []));
    next = answer.NextShardIterator;
    isTip = answer.MillisBehindLatest === 0;
  }
  return records;
}

/** All shards' records, each shard's in order. */
export async function readAll(client: KinesisClient, stream: string): Promise<WireRecord[]> {
  const { Shards = [] } = await client.send(new ListShardsCommand({ StreamName: stream }));
  const read = await Promise.all(
    Shards.map(({ ShardId }) => readFrom(client, stream, HORIZON, ShardId)),
  );
  return read.flat();
}

export const textOf = ({ Data }: WireRecord): string => Buffer.from(Data!).toString();
export const textsOf = (records: readonly WireRecord[]): string[] => records.map(textOf);

/** Puts texts under one key, or under the key of each. @returns their sequence numbers */
export async function putTexts(
  client: KinesisClient,
  stream: string,
  texts: readonly string[],
  keyOf: (text: string) => string = () => "key",
): Promise<string[]> {
  const Records = texts.map((text) => ({ Data: Buffer.from(text), PartitionKey: keyOf(text) }));
  const answer = await client.send(new PutRecordsCommand({ StreamName: stream, Records }));
  return answer.Records!.map(({ SequenceNumber }) => SequenceNumber!);
}
