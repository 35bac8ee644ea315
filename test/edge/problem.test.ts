import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { badRequest, problem, STATUS } from "../../lib/edge/problem.ts";
import { AppError, type ErrorCode } from "../../lib/errors.ts";

it("knows a status for exactly the codes of lib/errors.ts", () => {
  const declared = readFileSync("lib/errors.ts", "utf8").matchAll(/^ {2}\| "([A-Z_]+)"/gm);
  expect(Object.keys(STATUS).sort()).toEqual([...declared].map(([, code]) => code).sort());
});

it("sends the facts beside the members that RFC 9457 names", () => {
  const error = new AppError("METHOD_NOT_ALLOWED", "takes GET", { allow: ["GET", "DELETE"] });
  const answer = problem(error, "r");
  expect([answer.statusCode, answer.headers.allow]).toEqual([405, "GET, DELETE"]);
  expect(Object.keys(JSON.parse(answer.body))).toEqual([
    "type",
    "title",
    "status",
    "code",
    "detail",
    "allow",
    "request_id",
  ]);
});

it("asks for a later try exactly when the fault may pass", () => {
  for (const [code, status] of Object.entries(STATUS)) {
    const { headers } = problem(new AppError(code as ErrorCode, "x"), "r");
    expect("retry-after" in headers, code).toBe(status === 503 || status === 429);
  }
});

it("says every fault of a bad request in its detail", () => {
  const error = badRequest([
    { path: "date", message: "is required" },
    { path: "", message: "the body is not JSON" },
  ]);
  expect(error.message).toBe("date: is required; the body is not JSON");
});
