/** The real SDK in front of the handler, without a socket: requests can be seen, changed and played again. */
import { Readable } from "node:stream";
import { S3Client } from "@aws-sdk/client-s3";
import { type Files, memoryFiles } from "../../localstack/embedded/s3/files.ts";
import { type S3Handler, s3Handler } from "../../localstack/embedded/s3/handler.ts";
import type { S3Request, S3Response } from "../../localstack/embedded/s3/message.ts";

export const BUCKET = "direct";
export const KEYS = { accessKeyId: "test", secretAccessKey: "test" };

/** What the SDK hands to its transport. */
type Outgoing = {
  method: string;
  path: string;
  query: Record<string, string | string[] | null>;
  headers: Record<string, string>;
  body?: unknown;
};

async function bytes(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function plain({ method, path, query, headers, body }: Outgoing): Promise<S3Request> {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(one ?? "")}`),
  );
  return {
    method,
    url: pairs.length === 0 ? path : `${path}?${pairs.join("&")}`,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: await bytes(body),
  };
}

export type Direct = {
  client: S3Client;
  handle: S3Handler;
  /** Every request as it reached the handler. */
  seen: S3Request[];
  /** Applied to each request on its way. */
  change: (request: S3Request) => S3Request;
};

export async function direct(
  options: {
    files?: Files;
    nowMs?: () => number;
    credentials?: typeof KEYS & { sessionToken?: string };
  } = {},
): Promise<Direct> {
  const { files = memoryFiles(), nowMs = Date.now, credentials = KEYS } = options;
  const handle = await s3Handler({ files, nowMs, ...KEYS, buckets: [BUCKET] });
  const opened: Omit<Direct, "client"> = { handle, seen: [], change: (request) => request };
  const client = new S3Client({
    endpoint: "http://127.0.0.1:9",
    region: "eu-central-1",
    forcePathStyle: true,
    credentials,
    maxAttempts: 1,
    // The SDK warns of every refused stream; refusals are what these tests are about.
    logger: { trace() {}, debug() {}, info() {}, warn() {}, error() {} },
    requestHandler: {
      handle: async (outgoing: Outgoing) => {
        const request = world.change(await plain(outgoing));
        world.seen.push(request);
        const { status, headers, body } = await handle(request);
        return { response: { statusCode: status, headers, body: Readable.from([body]) } };
      },
    },
  });
  const world: Direct = Object.assign(opened, { client });
  return world;
}

/** The code of an error document. */
export const code = ({ body }: S3Response): string | undefined =>
  body.toString().match(/<Code>(.*?)<\/Code>/)?.[1];

/** A presigned link as a request without headers but the host. */
export function linked(link: string, method = "GET"): S3Request {
  const url = new URL(link);
  return {
    method,
    url: url.pathname + url.search,
    headers: { host: url.host },
    body: Buffer.alloc(0),
  };
}
