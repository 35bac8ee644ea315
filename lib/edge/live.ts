/**
 * The chain of the functions behind the WebSocket API, as lib/edge/http.ts is that of HTTP: facts for the log lines of an
 * invocation, a budget for Redis, refusals as statuses or as error frames, one log line and one figure an event. Query
 * and body are never logged: a ticket stands in the one, anything in the other.
 */
import { randomUUID } from "node:crypto";
import type { Context } from "aws-lambda";
import type * as z from "zod";
import { AppError } from "../errors.ts";
import { type DoorWorld, isEnding, present } from "./access/door.ts";
import {
  errorFrame,
  type Frame,
  frameText,
  idOf,
  type Message,
  messageOrRefusal,
} from "./frames.ts";
import { validated } from "./input.ts";
import type { LiveEvent, LiveReply } from "./live-event.ts";
import { beginInvocation, log, noteFacts } from "./log.ts";
import { invocationEnded } from "./metrics/invocation.ts";
import { countLiveEvent } from "./metrics/live.ts";
import { problem } from "./problem.ts";
import { withRedisBudget } from "./redis-budget.ts";
import { annotate, annotateFault, traced } from "./tracer.ts";
import type { Posts } from "./websocket.ts";

/** What came of an event. */
type Done = Readonly<{ reply: LiveReply; code?: string | undefined }>;
type EventType = LiveEvent["requestContext"]["eventType"];
type Handler = (
  event: LiveEvent,
  context?: Partial<Pick<Context, "awsRequestId" | "functionName">>,
) => Promise<LiveReply>;

const OK: LiveReply = { statusCode: 200 };

/**
 * A message that names "$connect" or "$disconnect" as its action may be routed to that function. It opened nothing and
 * ended nothing, so nothing is done.
 */
const MISROUTED: Done = { reply: { statusCode: 400 }, code: "UNKNOWN_ACTION" };

const codeOf = (error: unknown): string => (error instanceof AppError ? error.code : "INTERNAL");

function chain(
  expected: EventType,
  work: (event: LiveEvent, requestId: string) => Promise<Done>,
): Handler {
  const run = async (event: LiveEvent, context: Parameters<Handler>[1] = {}) => {
    const startedMs = performance.now();
    const { connectionId, eventType, requestId: given } = event.requestContext;
    const requestId = context.awsRequestId ?? given ?? randomUUID();
    annotate({
      ColdStart: beginInvocation(requestId, context),
      RequestId: requestId,
      Route: expected,
    });
    noteFacts({ connection_id: connectionId });
    const { reply, code } = eventType === expected ? await work(event, requestId) : MISROUTED;
    const name = expected.toLowerCase();
    countLiveEvent(name, code);
    log("info", "live", {
      event: name,
      status: reply.statusCode,
      code,
      bytes: reply.body?.length ?? 0,
      duration_ms: Math.round((performance.now() - startedMs) * 100) / 100,
    });
    await invocationEnded();
    return reply;
  };
  return (event, context) =>
    traced(context?.functionName, () => withRedisBudget(() => run(event, context)));
}

function tellFailure(error: unknown): void {
  const isFault = !(error instanceof AppError) || error.code === "DEPENDENCY_DOWN";
  if (!isFault) return;
  annotateFault();
  log("error", "live event failed", { error });
}

/** A function for $connect. What `admit` throws becomes the status of the handshake: 401, 403, 429, 503. */
export const connecting = (admit: (event: LiveEvent) => Promise<void>): Handler =>
  chain("CONNECT", async (event, requestId) => {
    try {
      await admit(event);
      return { reply: OK };
    } catch (error) {
      tellFailure(error);
      return { reply: problem(error, requestId), code: codeOf(error) };
    }
  });

/** A function for $disconnect, which the gateway sends when it can, and to which nobody listens any more. */
export const disconnecting = (forget: (connectionId: string) => Promise<void>): Handler =>
  chain("DISCONNECT", async ({ requestContext }) => {
    await forget(requestContext.connectionId);
    return { reply: OK };
  });

/** What a message may ask for: the schema of the whole message, and the frame that answers it. */
export type Action = Readonly<{
  request: z.ZodType;
  answer: (message: never, from: From) => Frame | Promise<Frame>;
}>;

/** From whom a message is; without keys, or while Redis is away, nothing may be known of the connection. */
export type From = Readonly<{
  connectionId: string;
  connection: Awaited<ReturnType<typeof present>>;
  /**
   * Sends a frame before the answer, under the message's own id, where one frame cannot hold all of it.
   * @throws AppError DEPENDENCY_DOWN when the gateway does not take it
   */
  post: (frame: Frame) => Promise<unknown>;
}>;

/** Ties the type of a message to its schema. */
export const action = <S extends z.ZodType>(
  request: S,
  answer: (message: z.output<S>, from: From) => Frame | Promise<Frame>,
): Action => ({ request, answer });

export type Actions = Readonly<Record<string, Action>>;
export type LiveWorld = DoorWorld & Readonly<{ posts: (endpoint: string) => Posts }>;

/**
 * A function for $default: answers each message with one frame, whatever is wrong with it, and ends a connection whose key
 * opens nothing any more.
 */
export const messages = (world: LiveWorld, actions: Actions): Handler =>
  chain("MESSAGE", async (event, requestId) => {
    const message = messageOrRefusal(event);
    const id = message instanceof AppError ? undefined : idOf(message);
    try {
      const connection = await present(world, event);
      if (message instanceof AppError) throw message;
      const { connectionId } = event.requestContext;
      const post = (part: Frame) => postsBy(world, event).post(connectionId, frameText(part, id));
      const frame = await answered(actions, message, { connectionId, connection, post });
      return { reply: { ...OK, body: frameText(frame, id) } };
    } catch (error) {
      tellFailure(error);
      const text = frameText(errorFrame(error, requestId), id);
      const isTold = isEnding(error) && (await hungUp(world, event, text));
      return { reply: isTold ? OK : { ...OK, body: text }, code: codeOf(error) };
    }
  });

async function answered(actions: Actions, message: Message, from: From): Promise<Frame> {
  const { action: name } = message;
  const found =
    typeof name === "string" && Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (!found) {
    const names = Object.keys(actions);
    const was = typeof name === "string" ? `"${name.slice(0, 40)}" is no action` : "no action";
    throw new AppError("UNKNOWN_ACTION", `${was}; known are ${names.join(", ")}`, {
      actions: names,
    });
  }
  noteFacts({ action: name });
  return found.answer(validated(found.request, message) as never, from);
}

/** Posts to the gateway an event came from. */
const postsBy = (
  { posts }: LiveWorld,
  { requestContext: { domainName = "", stage = "" } }: LiveEvent,
): Posts => posts(`https://${domainName}/${stage}`);

/**
 * Sends a last frame and ends the connection. An answer by the gateway would come after the end.
 * @returns whether the frame was sent, or nobody is there to read it
 */
async function hungUp(world: LiveWorld, event: LiveEvent, text: string): Promise<boolean> {
  const { connectionId } = event.requestContext;
  const { post, close } = postsBy(world, event);
  try {
    await post(connectionId, text);
  } catch (error) {
    tellFailure(error);
    return false;
  }
  await close(connectionId).catch(tellFailure);
  return true;
}
