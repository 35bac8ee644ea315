/**
 * One connection to Kinesis: the SDK loaded on first use, over HTTP/1.1 (its own HTTP/2 opens one connection for all, and
 * local servers speak none), deadlines, and the words of its failures. Trying again is the caller's.
 */
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { instruments } from "../metrics/meter.ts";

export type KinesisCredentials = Readonly<{ accessKeyId: string; secretAccessKey: string }>;

export type KinesisConnectionOptions = Readonly<{
  region: string;
  /** Address of something else than AWS: LocalStack, the embedded server. */
  endpoint?: string | undefined;
  /** For AWS leave them out: the SDK finds the role or the environment. */
  credentials?: KinesisCredentials | undefined;
  /** Longest time a request may take, 10,000 by default. */
  timeoutMs?: number;
}>;

export type OutgoingRecord = Readonly<{ key: string; bytes: Uint8Array }>;

/** How a request ended: for each record why it was refused (`null`: stored), or why the whole of it failed. */
export type PutOutcome =
  | Readonly<{ codes: readonly (string | null)[] }>
  /** "final": it would fail again. "refused": none is stored now. "unanswered": nothing is known of any. */
  | Readonly<{ failure: Error; kind: "final" | "refused" | "unanswered" }>;

type Sdk = typeof import("@aws-sdk/client-kinesis");
type SdkFailure = Error & { $metadata?: { httpStatusCode?: number } };

const TIMEOUT_MS = 10_000;
const CONNECT_TIMEOUT_MS = 3_000;
const SOCKETS_MAX = 16;

/** Refusals that time alone can end, though their status is 400. */
const PASSING: ReadonlySet<string> = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "KMSThrottlingException",
  "ThrottlingException",
]);

export function kinesisConnection(options: KinesisConnectionOptions) {
  const { timeoutMs = TIMEOUT_MS } = options;
  let opening: Promise<{ sdk: Sdk; client: KinesisClient }> | undefined;

  const open = () => {
    opening ??= opened(options);
    return opening;
  };

  async function put(stream: string, records: readonly OutgoingRecord[]): Promise<PutOutcome> {
    const { sdk, client } = await open();
    const signal = AbortSignal.timeout(timeoutMs);
    const command = new sdk.PutRecordsCommand({
      StreamName: stream,
      Records: records.map(({ key, bytes }) => ({ PartitionKey: key, Data: bytes })),
    });
    try {
      const { Records = [] } = await client.send(command, { abortSignal: signal });
      return { codes: records.map((_, i) => Records[i]?.ErrorCode ?? null) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      instruments.add("qf_dependency_failures_total", { part: "kinesis" });
      if (signal.aborted) return { failure: silence(timeoutMs, error), kind: "unanswered" };
      const { name, $metadata } = error as SdkFailure;
      if (PASSING.has(name)) return { failure: error, kind: "refused" };
      const status = $metadata?.httpStatusCode;
      const isUnanswered = status === undefined || status >= 500;
      return { failure: error, kind: isUnanswered ? "unanswered" : "final" };
    }
  }

  return { put };
}

export type KinesisConnection = ReturnType<typeof kinesisConnection>;

const silence = (timeoutMs: number, cause: Error) =>
  new Error(`no answer within ${timeoutMs} ms`, { cause });

async function opened({ region, endpoint, credentials }: KinesisConnectionOptions) {
  const [sdk, { NodeHttpHandler }] = await Promise.all([
    import("@aws-sdk/client-kinesis"),
    import("@smithy/node-http-handler"),
  ]);
  const agent = { keepAlive: true, maxSockets: SOCKETS_MAX };
  const client = new sdk.KinesisClient({
    region,
    maxAttempts: 1,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    requestHandler: new NodeHttpHandler({
      connectionTimeout: CONNECT_TIMEOUT_MS,
      httpAgent: agent,
      httpsAgent: agent,
    }),
  });
  return { sdk, client };
}
