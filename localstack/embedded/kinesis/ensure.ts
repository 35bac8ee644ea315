/** Makes streams in a Kinesis that others run: LocalStack, floci, another process of ours. */
import { setTimeout as sleep } from "node:timers/promises";
import { signatureHeaders } from "../../../lib/edge/sigv4.ts";
import { TARGET_PREFIX } from "./handler.ts";

/** LocalStack starts its Kinesis at the first call. */
const CALL_MS = 15_000;
const READY_MS = 20_000;
const LOOK_AGAIN_MS = 100;

type Answer = Readonly<{ status: number; body: Readonly<Record<string, unknown>> }>;

async function call(url: string, action: string, input: object): Promise<Answer> {
  const body = JSON.stringify(input);
  const target = new URL(url);
  const response = await fetch(target, {
    method: "POST",
    headers: {
      "content-type": "application/x-amz-json-1.1",
      "x-amz-target": `${TARGET_PREFIX}${action}`,
      ...signatureHeaders(
        { method: "POST", host: target.host, path: target.pathname, body },
        {
          region: "us-east-1",
          service: "kinesis",
          credentials: { accessKeyId: "test", secretAccessKey: "test" },
        },
        Date.now(),
      ),
    },
    body,
    signal: AbortSignal.timeout(CALL_MS),
  });
  const text = await response.text();
  return { status: response.status, body: parsed(text) };
}

function parsed(text: string): Answer["body"] {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Answer["body"]) : {};
  } catch {
    return {};
  }
}

/** Errors may carry the name of their shape before a "#". */
const errorOf = ({ body }: Answer): string => String(body.__type ?? "").replace(/^.*#/, "");

async function isActive(url: string, name: string): Promise<boolean | undefined> {
  const answer = await call(url, "DescribeStreamSummary", { StreamName: name });
  if (errorOf(answer) === "ResourceNotFoundException") return undefined;
  const summary = answer.body.StreamDescriptionSummary as Answer["body"] | undefined;
  if (summary?.StreamName !== name)
    throw new Error(`it answered ${answer.status} ${errorOf(answer)}`.trim());
  return summary.StreamStatus === "ACTIVE";
}

async function ensureStream(url: string, name: string): Promise<void> {
  let isReady = await isActive(url, name);
  if (isReady === undefined) {
    const made = await call(url, "CreateStream", { StreamName: name, ShardCount: 1 });
    // Another process may have been quicker.
    if (made.status !== 200 && errorOf(made) !== "ResourceInUseException")
      throw new Error(`it answered ${made.status} ${errorOf(made)}`.trim());
  }
  for (const untilMs = performance.now() + READY_MS; !isReady; ) {
    if (performance.now() > untilMs)
      throw new Error(`stream "${name}" was not ready within ${READY_MS / 1000} s`);
    isReady = await isActive(url, name);
    if (!isReady) await sleep(LOOK_AGAIN_MS);
  }
}

/**
 * Makes the streams that are not there, of one shard each.
 * @returns why not, or `undefined` when all are there
 */
export async function ensureStreams(
  url: string,
  streams: readonly string[],
): Promise<string | undefined> {
  try {
    await Promise.all(streams.map((name) => ensureStream(url, name)));
    return undefined;
  } catch (error) {
    const { message, cause, name } = error as Error & { cause?: { code?: string } };
    if (name === "TimeoutError") return `it gave no answer within ${CALL_MS / 1000} s`;
    return cause?.code ? `it cannot be reached (${cause.code})` : message;
  }
}
