/**
 * The way from the SDK to the embedded S3 without a socket: what Node's HTTP handler of the SDK would put on the wire
 * is given to the server's request handler, and on the way faults befall it.
 */
import { Readable } from "node:stream";
import type { S3Handler } from "../../localstack/embedded/s3/handler.ts";
import type { S3Request, S3Response } from "../../localstack/embedded/s3/message.ts";
import type { Clock } from "./clock.ts";
import type { Faults, KeyKind, S3Fault, S3Subject } from "./faults.ts";
import { currentProcess, deliver, kill, type Process } from "./process.ts";
import type { Random } from "./random.ts";

/** What the SDK gives to its HTTP handler. */
type SdkRequest = Readonly<{
  method: string;
  path: string;
  query?: Readonly<Record<string, string | string[] | null>>;
  headers: Readonly<Record<string, string>>;
  body?: unknown;
}>;
type SdkResponse = Readonly<{
  response: { statusCode: number; headers: Record<string, string>; body: Readable };
}>;
export type S3Handle = (
  request: SdkRequest,
  signal: AbortSignal | undefined,
) => Promise<SdkResponse>;

/** A request on its way. */
export type S3Call = S3Subject & Readonly<{ key: string; process: Process; request: S3Request }>;

export type S3TransportOptions = Readonly<{
  clock: Clock;
  random: Random;
  faults: Faults;
  serve: S3Handler;
  /** Told of each request the server has answered, at that very moment. */
  served: (call: S3Call, response: S3Response, fault: S3Fault | undefined) => void;
  /** The manifest that lay under this key before the present one, as it was answered. */
  earlier: (key: string) => S3Response | undefined;
}>;

/** Every S3 client of this process sends its requests here. */
export async function takeS3Transport(active: () => S3Handle | undefined): Promise<void> {
  const { S3Client } = await import("@aws-sdk/client-s3");
  const { requestHandler } = new S3Client({ region: "us-east-1" }).config;
  const prototype = Object.getPrototypeOf(requestHandler) as { handle: unknown };
  prototype.handle = (request: SdkRequest, options: { abortSignal?: AbortSignal } = {}) => {
    const handle = active();
    if (handle === undefined) return Promise.reject(new Error("no simulation is under way"));
    return handle(request, options.abortSignal);
  };
}

export function keyKind(key: string, method: string): KeyKind {
  if (method === "GET" && key === "") return "list";
  if (key.endsWith("/manifest.json")) return "manifest";
  if (key.includes("/history/")) return "history";
  if (key.endsWith(".sqlite.zst")) return "part";
  return key.endsWith("/collecting.json") ? "collecting" : "other";
}

const encode = (text: string): string => encodeURIComponent(text).replace(/[!'()*]/g, escape);

function onTheWire({ method, path, query = {}, headers, body }: SdkRequest): S3Request {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one) =>
      one === null || one === "" ? encode(name) : `${encode(name)}=${encode(one)}`,
    ),
  );
  return {
    method,
    url: pairs.length === 0 ? path : `${path}?${pairs.join("&")}`,
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
    body: body === undefined ? Buffer.alloc(0) : Buffer.from(body as Uint8Array),
  };
}

function callOf(request: S3Request, process: Process): S3Call {
  const { method, url, headers } = request;
  const key = decodeURIComponent(url.split("?")[0]!).split("/").slice(2).join("/");
  const isConditional = "if-match" in headers || "if-none-match" in headers;
  return { method, key, kind: keyKind(key, method), isConditional, process, request };
}

const failure = (status: number, code: string): S3Response => ({
  status,
  headers: { "content-type": "application/xml" },
  body: Buffer.from(
    `<?xml version="1.0"?><Error><Code>${code}</Code><Message>injected</Message></Error>`,
  ),
});

/** Answers that are given in the store's place. */
const REFUSALS: Partial<Record<S3Fault, S3Response>> = {
  slow_down: failure(503, "SlowDown"),
  internal_before: failure(500, "InternalError"),
  internal_after: failure(500, "InternalError"),
  precondition_failed: failure(412, "PreconditionFailed"),
  conflict: failure(409, "ConditionalRequestConflict"),
};

const UNANSWERED: readonly S3Fault[] = ["timeout_before", "timeout_after", "late"];
const NOT_CARRIED_OUT: readonly S3Fault[] = [
  "slow_down",
  "internal_before",
  "reset_before",
  "timeout_before",
  "precondition_failed",
  "conflict",
  "killed_before",
];

/** Bytes that are damaged on the way. A part carries its own hash, so there the store's checksum may be missing. */
function damaged(answer: S3Response, fault: S3Fault, kind: KeyKind, random: Random): S3Response {
  if (answer.status !== 200 || answer.body.length === 0) return answer;
  const headers = { ...answer.headers };
  const isUnnoticed = (kind === "part" || fault === "truncated") && random.chance(0.6);
  if (isUnnoticed) delete headers["x-amz-checksum-crc32"];
  if (fault === "truncated") {
    const body = answer.body.subarray(0, random.whole(0, answer.body.length - 1));
    if (isUnnoticed) headers["content-length"] = String(body.length);
    return { ...answer, headers, body };
  }
  const body = Buffer.from(answer.body);
  body[random.whole(0, body.length - 1)]! ^= 1 << random.whole(0, 7);
  return { ...answer, headers, body };
}

const sdkResponse = ({ status, headers, body }: S3Response): SdkResponse => {
  const pieces = [body, null];
  const stream = new Readable({
    read() {
      this.push(pieces.shift() ?? null);
    },
  });
  return { response: { statusCode: status, headers: { ...headers }, body: stream } };
};

type Settle = Readonly<{
  resolve: (response: SdkResponse) => void;
  reject: (error: unknown) => void;
}>;

const reset = (): Error =>
  Object.assign(new Error("socket hang up (injected)"), { code: "ECONNRESET" });

const aborted = (): Error => Object.assign(new Error("Request aborted"), { name: "AbortError" });

export function s3Transport(options: S3TransportOptions): S3Handle {
  const { clock, random, faults, serve, served, earlier } = options;

  const wayMs = (fault: S3Fault | undefined): number => {
    if (fault === "late") return random.between(20_001, 24_000);
    return fault === "slow" ? random.between(500, 15_000) : random.between(2, 40);
  };

  /** What the store says to a request that reaches it. */
  const answered = async (call: S3Call, fault: S3Fault | undefined): Promise<S3Response> => {
    const old = fault === "stale" ? earlier(call.key) : undefined;
    const isKnown = old !== undefined && call.request.headers["if-none-match"] === old.headers.etag;
    const response =
      old === undefined
        ? await serve(call.request)
        : isKnown
          ? { status: 304, headers: { etag: old.headers.etag! }, body: Buffer.alloc(0) }
          : old;
    served(call, response, fault);
    if (fault === "truncated" || fault === "flipped") {
      return damaged(response, fault, call.kind, random);
    }
    return (fault && REFUSALS[fault]) ?? response;
  };

  /** Brings the answer to the process, if there is one and the process is still waiting for it. */
  const answer = (
    { process }: S3Call,
    fault: S3Fault | undefined,
    response: S3Response | undefined,
    settle: Settle,
  ): void => {
    if (fault === "killed_after") kill(process);
    if (fault === "killed_after" || (fault && UNANSWERED.includes(fault))) return;
    clock.after(random.between(1, 30), () =>
      deliver(clock, process, () =>
        response === undefined || fault === "reset_after"
          ? settle.reject(reset())
          : settle.resolve(sdkResponse(response)),
      ),
    );
  };

  const send = (call: S3Call, settle: Settle): void => {
    const fault = faults.ofS3(call);
    if (fault === "killed_before") {
      kill(call.process);
      return;
    }
    clock.after(wayMs(fault), () => {
      if (fault !== undefined && NOT_CARRIED_OUT.includes(fault)) {
        served(call, REFUSALS[fault] ?? failure(0, fault), fault);
        answer(call, fault, REFUSALS[fault], settle);
      } else {
        answered(call, fault).then(
          (response) => answer(call, fault, response, settle),
          settle.reject,
        );
      }
    });
  };

  return (sent, signal) => {
    const process = currentProcess();
    if (process === undefined) throw new Error("a request of nobody");
    return new Promise((resolve, reject) => {
      if (process.isDead) return;
      signal?.addEventListener("abort", () => reject(aborted()));
      if (signal?.aborted) reject(aborted());
      else send(callOf(onTheWire(sent), process), { resolve, reject });
    });
  };
}
