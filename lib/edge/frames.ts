/** Messages of live connections: JSON objects in text frames, in both directions. */
import { AppError } from "../errors.ts";
import type { LiveEvent } from "./live-event.ts";
import { badRequest, FAULT } from "./problem.ts";
import { jsonObject } from "./request-body.ts";

/** What a frame may carry on API Gateway; a longer answer comes in several, each a message of its own. */
export const MESSAGE_BYTES_MAX = 32 * 1024;
const ID_LETTERS_MAX = 64;

export type Message = Readonly<Record<string, unknown>>;
export type Frame = Readonly<Record<string, unknown> & { type: string }>;

/** @throws AppError BAD_REQUEST unless it is a JSON object in a text frame; PAYLOAD_TOO_LARGE */
function messageIn({ body, isBase64Encoded = false }: LiveEvent): Message {
  if (typeof body !== "string" && body !== undefined && body !== null)
    throw badRequest([{ path: "", message: "the message must be text" }]);
  const limits = { name: "message", bytesMax: MESSAGE_BYTES_MAX };
  return jsonObject(body, isBase64Encoded, limits) as Message;
}

/** A message as it came, or why it is none: it is counted before either is answered. */
export function messageOrRefusal(event: LiveEvent): Message | AppError {
  try {
    return messageIn(event);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

/** By what the client tells answers apart, where it said something short. */
export const idOf = ({ id }: Message): string | undefined =>
  typeof id === "string" && id.length <= ID_LETTERS_MAX ? id : undefined;

/** A failure as the client sees it: what a problem says, without what is HTTP's. A bug tells nothing but the request id. */
export function errorFrame(error: unknown, requestId: string): Frame {
  const { code, message, details } =
    error instanceof AppError
      ? error
      : { code: FAULT.code, message: FAULT.detail, details: undefined };
  const told = { type: "error", code, detail: message };
  // Named twice: first for their place in the text, then so that no fact can take their name.
  return { ...told, ...details, ...told, request_id: requestId };
}

/** The text of a frame; `type` and the client's own id stand first. */
export const frameText = ({ type, ...rest }: Frame, id: string | undefined): string =>
  JSON.stringify({ type, ...(id !== undefined && { id }), ...rest });
