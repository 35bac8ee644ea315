/** The chain every HTTP function begins with, for events of API Gateway's HTTP API (payload 2.0). */
import { randomUUID } from "node:crypto";
import middy from "@middy/core";
import { executionModeStandard } from "@middy/core/executionModeStandard";
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import type { Caller } from "../access/caller.ts";
import { config } from "../config.ts";
import { AppError } from "../errors.ts";
import type { Freshness } from "../ports.ts";
import { encoded } from "./compression.ts";
import { beginInvocation, log } from "./log.ts";
import { invocationEnded } from "./metrics/invocation.ts";
import { countRequest } from "./metrics/requests.ts";
import { problem } from "./problem.ts";
import { withRedisBudget } from "./redis-budget.ts";
import { isReply, type Reply, reply } from "./reply.ts";
import { annotate, annotateFault, traced } from "./tracer.ts";

export { access } from "./access/access.ts";
export { cached, warm } from "./cached.ts";
export { input } from "./input.ts";
export { reply } from "./reply.ts";

/** What `http()` adds to the event before any other middleware runs. */
export type HttpEvent = APIGatewayProxyEventV2 & {
  requestId: string;
  /** How new the data must be, from `Cache-Control` and (with `input`) `min_version`. Goes to `images.snapshot`. */
  freshness: Freshness;
  /** Id of the API key the caller has shown to be theirs; never the key. */
  keyId?: string;
  /** Who asks, once they may; absent where no key is asked for. */
  caller?: Caller;
  /** What middlewares want in the answer, whatever it will be. */
  extraHeaders?: Readonly<Record<string, string>>;
};

export type Middleware<E = HttpEvent> = middy.MiddlewareObj<E, unknown, Error, Context>;

/** Starts an HTTP function: request id and freshness in; JSON, security headers, compression and one log line out; failures as problem+json. */
export const http = () =>
  middy<HttpEvent, unknown>({ executionMode: framed as () => void }).use(edge());

type Run = (
  request: Readonly<{ context?: Partial<Context> }>,
  ...chain: unknown[]
) => Promise<unknown>;
/** What Middy hands to an execution mode; its own type of one has no arguments. */
type Mode = (
  run: Readonly<{ middyRequest: unknown; runRequest: Run }>,
  ...chain: unknown[]
) => void;

/** Every request is traced and waits for Redis on a budget of its own, whatever its chain asks. */
const framed: Mode = ({ middyRequest, runRequest }, ...chain) => {
  const run: Run = (request, ...parts) =>
    traced(request.context?.functionName, () =>
      withRedisBudget(() => runRequest(request, ...parts)),
    );
  return (executionModeStandard as Mode)({ middyRequest, runRequest: run }, ...chain);
};

/** When each request under way arrived, on the monotonic clock. */
const received = new WeakMap<HttpEvent, number>();

/** The handler's value becomes a whole response here; a `Reply` passes as it is, `undefined` is 204. */
const edge = (): Middleware => ({
  before: (request) => {
    const { event, context } = request;
    received.set(event, performance.now());
    event.requestId = context.awsRequestId ?? event.requestContext?.requestId ?? randomUUID();
    annotate({
      ColdStart: beginInvocation(event.requestId, context),
      RequestId: event.requestId,
      Route: event.routeKey,
    });
    event.freshness = {
      revalidate: /\bno-(cache|store)\b|\bmax-age=0\b/.test(cacheControl(event)),
    };
  },
  after: (request) => {
    const value = request.response;
    const answer = isReply(value) ? value : reply(value === undefined ? 204 : 200, value ?? "");
    request.response = finished(request, answer);
    return invocationEnded();
  },
  onError: (request) => {
    const { error, event } = request;
    const requestId = event.requestId ?? randomUUID();
    const answer = problem(error, requestId);
    if (answer.statusCode >= 500) {
      annotateFault();
      log("error", "request failed", { error });
    }
    request.response = finished(
      request,
      answer,
      error instanceof AppError ? error.code : "INTERNAL",
    );
    return invocationEnded();
  },
});

const cacheControl = (event: APIGatewayProxyEventV2) => event.headers?.["cache-control"] ?? "";

/** For answers that are data: should a browser ever show one as a page, it loads and runs nothing, in nobody's frame. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** A page says for itself what it may load. */
const isPage = ({ headers }: Reply) => /^text\/html\b/.test(headers["content-type"] ?? "");

const EXPOSED = [
  "etag, x-cache, x-request-id, x-warnings, retry-after, www-authenticate",
  "ratelimit-limit, ratelimit-remaining, ratelimit-reset, ratelimit-policy",
].join(", ");

/** Headers that every answer carries, the body in the client's encoding, and the request's log line. */
function finished(request: middy.Request<HttpEvent>, answer: Reply, code?: string): Reply {
  const { event } = request;
  const { CORS_ORIGIN, STAGE } = config();
  const packed = encoded(answer, event.headers?.["accept-encoding"]);
  const sent: Reply = {
    ...packed,
    headers: {
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      ...(!isPage(packed) && { "content-security-policy": NOTHING }),
      ...(STAGE !== "local" && { "strict-transport-security": "max-age=31536000" }),
      "x-request-id": event.requestId,
      ...(CORS_ORIGIN && {
        "access-control-allow-origin": CORS_ORIGIN,
        "access-control-expose-headers": EXPOSED,
      }),
      ...event.extraHeaders,
      ...packed.headers,
    },
  };
  const durationMs = performance.now() - (received.get(event) ?? Number.NaN);
  countRequest(event, sent.statusCode, durationMs / 1000, code);
  log("info", "request", {
    method: event.requestContext?.http?.method,
    path: event.rawPath,
    route: event.routeKey,
    key_id: event.keyId,
    status: sent.statusCode,
    code,
    cache: sent.headers["x-cache"],
    bytes: sent.body.length,
    duration_ms: Math.round(durationMs * 100) / 100,
  });
  return sent;
}

/** A finished chain, whatever its middlewares have added to the event. */
type Chain = Readonly<{ use: unknown }>;

/** Sends each route of a function to its own chain, by API Gateway's route key: "GET /indices/{id}". */
export const routed =
  (chains: Readonly<Record<string, Chain>>) =>
  (event: APIGatewayProxyEventV2, context: Context): unknown => {
    const chain = chains[event.routeKey];
    if (!chain) throw new Error(`no chain for route "${event.routeKey}"`);
    return (chain as unknown as (event: unknown, context: Context) => unknown)(event, context);
  };
