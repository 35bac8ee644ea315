/** The embedded Kinesis: beside the embedded S3 at one address, as LocalStack has it, or behind a port of its own. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../body.ts";
import { type Listener, listen } from "../listener.ts";
import type { Neighbour } from "../neighbour.ts";
import { KinesisFailure } from "./failure.ts";
import { handleKinesis, TARGET_PREFIX } from "./handler.ts";
import { openStreams, type Streams } from "./streams.ts";

export type KinesisOptions = Readonly<{
  /** Directory that holds everything; created when it is not there. */
  root: string;
  /** Streams to create when they are not there yet, of `shards` each. */
  streams?: readonly string[];
  /** Of each stream created at start, 1 by default. */
  shards?: number;
  /** Whether a shard refuses more than 1 MB or 1,000 records in a second, as on AWS; it takes everything by default. */
  isThrottled?: boolean;
  /** What a shard keeps at most; the oldest goes before its 24 hours are over. 1 GB by default. */
  shardBytesMax?: number;
  /** Length at which a new file is begun: what goes at once when records are too old. 8 MB by default. */
  segmentBytes?: number;
  nowMs?: () => number;
  /** Told of each stream to which something was appended. */
  appended?: ((stream: string) => void) | undefined;
}>;

const MB = 1024 * 1024;
const SHARD_BYTES_MAX = 1024 * MB;
const SEGMENT_BYTES = 8 * MB;
/** 5 MB of data as base64, 500 keys, and room for their JSON. */
const BODY_BYTES_MAX = 12 * MB;

async function respond(
  streams: Streams,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === undefined) {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  const answer = await handleKinesis(streams, { headers: request.headers, body });
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, "content-length": bytes.length });
  response.end(bytes);
}

/** Opens what the folder holds and takes the requests that name Kinesis. */
export async function openKinesis(options: KinesisOptions): Promise<Neighbour> {
  const streams = await openStreams({
    root: options.root,
    nowMs: options.nowMs ?? Date.now,
    isThrottled: options.isThrottled ?? false,
    shardBytesMax: options.shardBytesMax ?? SHARD_BYTES_MAX,
    segmentBytes: options.segmentBytes ?? SEGMENT_BYTES,
    appended: options.appended ?? (() => {}),
  });
  for (const name of options.streams ?? [])
    await streams.create(name, options.shards ?? 1, "PROVISIONED").catch((error: unknown) => {
      const isThere = error instanceof KinesisFailure && error.code === "ResourceInUseException";
      if (!isThere) throw error;
    });
  return {
    name: "kinesis",
    takes: ({ headers }) => String(headers["x-amz-target"]).startsWith(TARGET_PREFIX),
    respond: (request, response) => respond(streams, request, response),
    close: streams.close,
  };
}

/**
 * Listens on 127.0.0.1.
 * @param options `port` 0 takes a free one
 * @throws AppError PORT_TAKEN when somebody else listens on the port
 */
export async function startKinesis(
  options: KinesisOptions & Readonly<{ port: number }>,
): Promise<Listener> {
  const kinesis = await openKinesis(options);
  const listener = await listen({
    name: "embedded Kinesis",
    port: options.port,
    respond: async (request, response) => {
      if (kinesis.takes(request)) return kinesis.respond(request, response);
      response.writeHead(404).end();
    },
    failureBody: '{"__type":"InternalFailure"}',
  });
  return {
    ...listener,
    async close() {
      await listener.close();
      await kinesis.close();
    },
  };
}
