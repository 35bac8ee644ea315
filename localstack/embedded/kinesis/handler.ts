/** A Kinesis server without a socket: one call in, one answer out, in AWS's JSON protocol 1.1. */
import { randomUUID } from "node:crypto";
import { KinesisFailure } from "./failure.ts";
import type { Input } from "./input.ts";
import {
  createStream,
  deleteStream,
  describeStream,
  describeStreamSummary,
  listShards,
  listStreams,
} from "./listing.ts";
import { getRecords, getShardIterator } from "./reads.ts";
import type { Streams } from "./streams.ts";
import { putRecord, putRecords } from "./writes.ts";

export const TARGET_PREFIX = "Kinesis_20131202.";

export type KinesisRequest = Readonly<{
  /** Header names in lower case. */
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: Buffer;
}>;

export type KinesisAnswer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

type Action = (streams: Streams, input: Input) => object | Promise<object>;

const ACTIONS: Readonly<Record<string, Action>> = {
  CreateStream: createStream,
  DeleteStream: deleteStream,
  DescribeStream: describeStream,
  DescribeStreamSummary: describeStreamSummary,
  GetRecords: getRecords,
  GetShardIterator: getShardIterator,
  ListShards: listShards,
  ListStreams: listStreams,
  PutRecord: putRecord,
  PutRecords: putRecords,
};

/** Calls that Kinesis answers with nothing at all. */
const SILENT: ReadonlySet<string> = new Set(["CreateStream", "DeleteStream"]);

function parsed(body: Buffer): Input {
  let input: unknown;
  try {
    input = JSON.parse(body.toString());
  } catch {
    throw new KinesisFailure("SerializationException", "The body is no JSON.");
  }
  if (typeof input === "object" && input !== null && !Array.isArray(input)) return input as Input;
  throw new KinesisFailure("SerializationException", "The body is no JSON object.");
}

/** Signatures are not worked out, as LocalStack does not; a call that is not signed at all is refused, as by AWS. */
function checkSigned({ headers }: KinesisRequest): void {
  if (String(headers.authorization ?? "").startsWith("AWS4-HMAC-SHA256 ")) return;
  throw new KinesisFailure("MissingAuthenticationTokenException", "Missing Authentication Token");
}

async function answered(streams: Streams, request: KinesisRequest): Promise<string> {
  const { headers } = request;
  const target = String(headers["x-amz-target"]);
  const name = target.slice(TARGET_PREFIX.length);
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined;
  if (action === undefined)
    throw new KinesisFailure("UnknownOperationException", `"${name}" is not implemented here.`);
  if (!String(headers["content-type"]).startsWith("application/x-amz-json-1.1"))
    throw new KinesisFailure(
      "SerializationException",
      `The content type must be application/x-amz-json-1.1, was "${headers["content-type"]}".`,
    );
  checkSigned(request);
  const answer = await action(streams, parsed(request.body));
  return SILENT.has(name) ? "" : JSON.stringify(answer);
}

/** Failures of the server itself are thrown, not answered. */
export async function handleKinesis(
  streams: Streams,
  request: KinesisRequest,
): Promise<KinesisAnswer> {
  const headers = {
    "content-type": "application/x-amz-json-1.1",
    "x-amzn-requestid": randomUUID(),
  };
  try {
    return { status: 200, headers, body: await answered(streams, request) };
  } catch (error) {
    if (!(error instanceof KinesisFailure)) throw error;
    const body = JSON.stringify({ __type: error.code, message: error.message });
    return { status: error.status, headers, body };
  }
}
