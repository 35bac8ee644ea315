/**
 * One connection to an S3 endpoint: the SDK loaded on first use (its import costs 90 ms), deadlines, bounded retries
 * of reads, and the translation of every failure into a value or an AppError.
 */
import type { S3Client, S3ClientConfig } from "@aws-sdk/client-s3";
import { AppError } from "../errors.ts";
import { instruments } from "./metrics/meter.ts";
import { tracedCall } from "./tracer.ts";

export type S3Credentials = Readonly<{ accessKeyId: string; secretAccessKey: string }>;

export type S3Options = Readonly<{
  bucket: string;
  /** "us-east-1" by default. */
  region?: string;
  /** Path-style address of something else than AWS: LocalStack, the embedded server. */
  endpoint?: string;
  /** Where a browser reaches the endpoint; presigned links are made for this address. */
  publicUrl?: string;
  /** For AWS leave them out: the SDK finds the role or the environment. */
  credentials?: S3Credentials;
  /** Limit of one call with all its retries, 20,000 by default. */
  timeoutMs?: number;
}>;

export type Sdk = typeof import("@aws-sdk/client-s3");

/** What a call is, for the message of a failure. */
export type Operation = Readonly<{ name: string; key?: string; isRetried?: boolean }>;

/** Answers that may be facts about the object rather than failures of the store. */
export type Fact = 304 | 404 | 409 | 412;
export type Outcome<Value> = Readonly<{ value: Value } | { fact: Fact }>;
type Run<Value> = (sdk: Sdk, client: S3Client, signal: AbortSignal) => Promise<Value>;

const TIMEOUT_MS = 20_000;
const CONNECT_TIMEOUT_MS = 3_000;
const SOCKETS_MAX = 128;
/** Waits before the second and the third attempt of a read, each cut by up to half at random. */
const RETRY_WAITS_MS = [100, 400];

type SdkFailure = Error & {
  $metadata?: { httpStatusCode?: number };
  code?: string;
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The settings both clients (for calls and for public links) share. */
export function clientConfig(options: S3Options, endpoint: string | undefined): S3ClientConfig {
  const { region = "us-east-1", credentials } = options;
  const agent = { keepAlive: true, maxSockets: SOCKETS_MAX };
  return {
    region,
    maxAttempts: 1,
    ...(endpoint !== undefined && { endpoint, forcePathStyle: true }),
    ...(credentials !== undefined && { credentials }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      httpAgent: agent,
      httpsAgent: agent,
    },
  };
}

type Signable = { headers: Record<string, string> };

/**
 * A client for calls. Bodies are bound to the signature by their CRC-32, which is a signed header, so hashing them
 * with SHA-256 as well (120 ms for an image of 30 MB) is left out; S3 names this UNSIGNED-PAYLOAD.
 */
function openClient(sdk: Sdk, options: S3Options): S3Client {
  const client = new sdk.S3Client(clientConfig(options, options.endpoint));
  client.middlewareStack.add(
    (next) => (args) => {
      if ("Body" in args.input)
        (args.request as Signable).headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD";
      return next(args);
    },
    { step: "build", name: "unsignedPayload" },
  );
  return client;
}

export function s3Connection(options: S3Options) {
  const { bucket, timeoutMs = TIMEOUT_MS } = options;
  const where = options.endpoint ?? "AWS";
  let opening: Promise<{ sdk: Sdk; client: S3Client }> | undefined;

  const open = () => {
    opening ??= import("@aws-sdk/client-s3").then((sdk) => ({
      sdk,
      client: openClient(sdk, options),
    }));
    return opening;
  };

  function down(operation: Operation, cause: SdkFailure, isTimeout: boolean): AppError {
    const status = cause.$metadata?.httpStatusCode;
    const object = operation.key === undefined ? "" : ` of "${operation.key}"`;
    const reason = isTimeout
      ? `gave no answer within ${timeoutMs} ms`
      : `answered ${[status, cause.name, cause.code, cause.message].filter(Boolean).join(" ")}`;
    return new AppError(
      "DEPENDENCY_DOWN",
      `${operation.name}${object} in bucket "${bucket}" at ${where}: the object store ${reason}`,
      { dependency: "s3", operation: operation.name, bucket, ...(status && { status }) },
      { cause },
    );
  }

  /**
   * Runs one call with its deadline and answers the named facts as values. Reads are tried up to three times when the
   * store itself failed.
   * @throws AppError DEPENDENCY_DOWN for everything else
   */
  const ask = <Value>(
    operation: Operation,
    facts: readonly Fact[],
    run: Run<Value>,
  ): Promise<Outcome<Value>> =>
    tracedCall("S3", { operation: operation.name, key: operation.key }, () =>
      tried(operation, facts, run),
    );

  async function tried<Value>(
    operation: Operation,
    facts: readonly Fact[],
    run: Run<Value>,
  ): Promise<Outcome<Value>> {
    const { sdk, client } = await open();
    const signal = AbortSignal.timeout(timeoutMs);
    for (let attempt = 0; ; attempt++) {
      try {
        return { value: await run(sdk, client, signal) };
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        const failure = error as SdkFailure;
        const status = failure.$metadata?.httpStatusCode;
        const fact = facts.find((known) => known === status);
        // A missing bucket is a wrong setting; taking it for a missing object would look like an empty market.
        if (fact !== undefined && failure.name !== "NoSuchBucket") return { fact };
        instruments.add("qf_dependency_failures_total", { part: "s3" });
        const waitMs = RETRY_WAITS_MS[attempt];
        const isWorthRetrying = status === undefined || status >= 500 || status === 429;
        if (!operation.isRetried || !isWorthRetrying || waitMs === undefined || signal.aborted)
          throw down(operation, failure, signal.aborted);
        await pause(waitMs * (1 - Math.random() / 2));
      }
    }
  }

  /** {@link ask} where nothing but success is an answer. */
  async function call<Value>(operation: Operation, run: Run<Value>): Promise<Value> {
    const outcome = await ask(operation, [], run);
    if ("value" in outcome) return outcome.value;
    throw new Error(`a fact nobody asked for: ${outcome.fact}`);
  }

  return { bucket, ask, call, open };
}

export type S3Connection = ReturnType<typeof s3Connection>;
