import { describe, expect, it } from "vitest";
import * as z from "zod";
import { answerOf } from "../../../lib/sources/vendor/answer.ts";
import { keyMissing, statusOf, wrongAnswer } from "../../../lib/sources/vendor/errors.ts";

const asked = { vendor: "stub", operation: "GET /prices" };
const schema = z.object({ rows: z.array(z.object({ close: z.number() })) });

describe("answerOf", () => {
  it("lets members pass that nobody reads", () => {
    const rows = [{ close: 1, vwap: 2 }];
    expect(answerOf(schema, { rows, next: null }, asked)).toEqual({ rows: [{ close: 1 }] });
  });

  it("says where an answer is not what was expected", () => {
    expect(() => answerOf(schema, { rows: [{ close: 1 }, { close: "2" }] }, asked)).toThrow(
      expect.objectContaining({
        code: "VENDOR_ANSWER",
        message: expect.stringMatching(
          /^stub answered GET \/prices wrongly: rows\.1\.close: .*number/,
        ),
        details: { dependency: "stub", operation: "GET /prices", path: "rows.1.close" },
      }),
    );
  });

  it("says so when the answer is another thing altogether", () => {
    expect(() => answerOf(schema, [], asked)).toThrow(/the answer: .*object/);
  });
});

describe("errors of a vendor", () => {
  it("carry the status of the answer", () => {
    expect(statusOf(wrongAnswer(asked, "status 404", { status: 404 }))).toBe(404);
    expect(statusOf(new Error("404"))).toBeUndefined();
  });

  it("name the setting of a key that is missing", () => {
    expect(keyMissing("stub", "STUB_KEY")).toMatchObject({
      code: "VENDOR_REFUSED",
      message: "stub needs a key: set STUB_KEY to the one of your account there",
      details: { dependency: "stub", setting: "STUB_KEY" },
    });
  });
});
