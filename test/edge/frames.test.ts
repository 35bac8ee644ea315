import { describe, expect, it } from "vitest";
import {
  errorFrame,
  frameText,
  idOf,
  MESSAGE_BYTES_MAX,
  messageOrRefusal,
} from "../../lib/edge/frames.ts";
import type { LiveEvent } from "../../lib/edge/live-event.ts";
import { AppError } from "../../lib/errors.ts";

const requestContext = { connectionId: "a", eventType: "MESSAGE" } as const;
const read = (body: unknown, more: Partial<LiveEvent> = {}) =>
  messageOrRefusal({ requestContext, body, ...more });
const padded = (bytes: number) => `{"a":"${"x".repeat(bytes - 8)}"}`;

describe("a message", () => {
  it("is a JSON object", () => {
    expect(read('{"action":"ping","x":[1]}')).toEqual({ action: "ping", x: [1] });
    expect(read(Buffer.from('{"a":1}').toString("base64"), { isBase64Encoded: true })).toEqual({
      a: 1,
    });
  });

  it("may have 32 kB and no more, in bytes", () => {
    expect(MESSAGE_BYTES_MAX).toBe(32_768);
    expect(read(padded(MESSAGE_BYTES_MAX))).not.toBeInstanceOf(AppError);
    expect(read(padded(MESSAGE_BYTES_MAX + 1))).toMatchObject({
      code: "PAYLOAD_TOO_LARGE",
      details: { limit_bytes: 32_768, bytes: 32_769 },
    });
    expect(read(`{"a":"${"ü".repeat(MESSAGE_BYTES_MAX / 2)}"}`)).toMatchObject({
      code: "PAYLOAD_TOO_LARGE",
    });
  });

  it.each([
    ["ping", "the message is not JSON"],
    ["", undefined],
    ["[]", "the message must be a JSON object"],
    ["null", "the message must be a JSON object"],
    ["5", "the message must be a JSON object"],
    ["[".repeat(21), "the message nests deeper than 20 levels"],
    [Buffer.from([1, 2, 3]), "the message must be text"],
    [{ action: "ping" }, "the message must be text"],
  ])("that is %j is refused with what it should be", (body, message) => {
    const found = read(body);
    if (message === undefined) expect(found).toEqual({});
    else expect(found).toMatchObject({ code: "BAD_REQUEST", message });
  });

  it("has an id when that is a short text", () => {
    expect(idOf({ id: "7" })).toBe("7");
    expect(idOf({ id: "x".repeat(64) })).toHaveLength(64);
    for (const id of ["x".repeat(65), 7, null, {}, undefined]) expect(idOf({ id })).toBeUndefined();
  });
});

describe("an error frame", () => {
  it("says what a problem says, and no fact takes the name of another", () => {
    const error = new AppError("RATE_LIMITED", "too many", { retry_after_seconds: 2, code: "X" });
    expect(errorFrame(error, "r-1")).toEqual({
      type: "error",
      code: "RATE_LIMITED",
      detail: "too many",
      retry_after_seconds: 2,
      request_id: "r-1",
    });
  });

  it("tells nothing of a bug but the request id", () => {
    const text = JSON.stringify(errorFrame(new Error("at /lib/x.ts"), "r-1"));
    expect(text).not.toContain("/lib");
    expect(JSON.parse(text)).toMatchObject({ code: "INTERNAL", request_id: "r-1" });
  });
});

it("begins with its type and the id the client gave", () => {
  expect(frameText({ a: 1, type: "pong" }, "7")).toBe('{"type":"pong","id":"7","a":1}');
  expect(frameText({ type: "pong" }, undefined)).toBe('{"type":"pong"}');
});
