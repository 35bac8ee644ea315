import { describe, expect, it } from "vitest";
import { AppError, type ErrorCode } from "../../../lib/errors.ts";
import { Failures } from "../../../lib/sources/vendor/failures.ts";

const failing =
  (code: ErrorCode, details = {}) =>
  async (): Promise<number> => {
    throw new AppError(code, `it failed with ${code}`, details);
  };

describe("Failures", () => {
  it("notes what failed and gives what did not", async () => {
    const failures = new Failures();
    expect(await failures.attempt({ ticker: "AAA" }, async () => 1)).toBe(1);
    expect(await failures.attempt({ ticker: "BBB" }, failing("VENDOR_ANSWER"))).toBeUndefined();
    expect(failures.list).toEqual([
      {
        ticker: "BBB",
        date: null,
        reason: "VENDOR_ANSWER",
        detail: "it failed with VENDOR_ANSWER",
      },
    ]);
    expect(() => failures.demandAnAnswer()).not.toThrow();
  });

  it("ends with a key that is refused, but not with one day that a plan leaves out", async () => {
    const failures = new Failures();
    await failures.attempt({}, failing("VENDOR_REFUSED", { status: 403 }));
    await expect(failures.attempt({}, failing("VENDOR_REFUSED", { status: 401 }))).rejects.toThrow(
      "VENDOR_REFUSED",
    );
  });

  it("ends with the third time in a row that nobody answers", async () => {
    const failures = new Failures();
    const down = () => failures.attempt({}, failing("DEPENDENCY_DOWN"));
    await down();
    await down();
    await failures.attempt({}, async () => 1);
    await down();
    await down();
    await expect(down()).rejects.toThrow("DEPENDENCY_DOWN");
  });

  it("ends with what is no failure of a vendor", async () => {
    const bug = async () => {
      throw new TypeError("a bug");
    };
    await expect(new Failures().attempt({}, bug)).rejects.toThrow("a bug");
  });

  it("demands an answer, and takes an unknown symbol for one", async () => {
    const failures = new Failures();
    await failures.attempt({}, failing("VENDOR_ANSWER"));
    expect(() => failures.demandAnAnswer()).toThrow("VENDOR_ANSWER");
    await failures.attempt({}, failing("VENDOR_ANSWER", { status: 404 }));
    expect(() => failures.demandAnAnswer()).not.toThrow();
  });
});
