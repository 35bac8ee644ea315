import { describe, expect, it } from "vitest";
import { AppError } from "../../../lib/errors.ts";
import { BySymbol } from "../../../lib/sources/vendor/by-symbol.ts";

const fail =
  (code: "DEPENDENCY_DOWN" | "VENDOR_ANSWER" | "VENDOR_REFUSED", status?: number) => () =>
    Promise.reject(new AppError(code, `stub: ${code}`, status === undefined ? {} : { status }));
const answer = () => Promise.resolve("answer");

const tickersOf = ({ failures }: BySymbol) => failures.map(({ ticker }) => ticker);

describe("asking symbol by symbol", () => {
  it("tells of a symbol that fails and goes on", async () => {
    const asking = new BySymbol();
    expect(await asking.ask("AAA", fail("VENDOR_ANSWER"))).toBeUndefined();
    expect(await asking.ask("BBB", answer)).toBe("answer");
    asking.demandAnAnswer();
    expect(tickersOf(asking)).toEqual(["AAA"]);
  });

  it("ends at the first request when nobody can be reached", async () => {
    await expect(new BySymbol().ask("AAA", fail("DEPENDENCY_DOWN"))).rejects.toThrow("stub");
  });

  it("asks no more when the vendor went away, and tells each symbol once", async () => {
    const asking = new BySymbol();
    await asking.ask("AAA", answer);
    for (const ticker of ["BBB", "CCC", "DDD"]) await asking.ask(ticker, fail("DEPENDENCY_DOWN"));
    const neverAsked = () => expect.fail("it was asked");
    await asking.ask("EEE", neverAsked);
    await asking.ask("EEE", neverAsked);
    expect(tickersOf(asking)).toEqual(["BBB", "CCC", "DDD", "EEE"]);
  });

  it("ends when a key is not taken, even after answers", async () => {
    const asking = new BySymbol();
    await asking.ask("AAA", answer);
    await expect(asking.ask("BBB", fail("VENDOR_REFUSED", 401))).rejects.toThrow("stub");
  });

  it("demands that something was answered", async () => {
    const asking = new BySymbol();
    await asking.ask("AAA", fail("VENDOR_ANSWER"));
    expect(() => asking.demandAnAnswer()).toThrow("stub");
  });
});
