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

  it("asks no more when a limit is used up, tells each symbol once, and lets stand what came", async () => {
    const asking = new BySymbol();
    await asking.ask("AAA", answer);
    for (const ticker of ["BBB", "CCC", "DDD"]) {
      await asking.ask(ticker, fail("DEPENDENCY_DOWN", 429));
    }
    const neverAsked = () => expect.fail("it was asked");
    await asking.ask("EEE", neverAsked);
    await asking.ask("EEE", neverAsked);
    asking.demandAnAnswer();
    expect(tickersOf(asking)).toEqual(["BBB", "CCC", "DDD", "EEE"]);
  });

  it("ends when a limit is used up and the whole is wanted", async () => {
    const asking = new BySymbol(true);
    await asking.ask("AAA", answer);
    await asking.ask("BBB", fail("DEPENDENCY_DOWN", 429));
    expect(() => asking.demandAnAnswer()).toThrow("stub");
    await asking.ask("BBB", fail("DEPENDENCY_DOWN", 429));
    await expect(asking.ask("CCC", fail("DEPENDENCY_DOWN", 429))).rejects.toThrow("stub");
  });

  it.each([undefined, 500, 503])("ends when a vendor dies half way (status %s)", async (status) => {
    const asking = new BySymbol();
    await asking.ask("AAA", answer);
    await asking.ask("BBB", fail("DEPENDENCY_DOWN", status));
    await asking.ask("CCC", fail("DEPENDENCY_DOWN", status));
    await expect(asking.ask("DDD", fail("DEPENDENCY_DOWN", status))).rejects.toThrow("stub");
  });

  it("ends when the vendor was not there at the last request, but not for one it failed on", async () => {
    const last = async (...statuses: (number | undefined | "answer")[]) => {
      const asking = new BySymbol();
      await asking.ask("AAA", answer);
      for (const status of statuses) {
        await asking.ask("BBB", status === "answer" ? answer : fail("DEPENDENCY_DOWN", status));
      }
      return () => asking.demandAnAnswer();
    };
    for (const status of [undefined, 502, 503, 504]) expect(await last(status)).toThrow("stub");
    for (const kept of [[undefined, "answer"], [undefined, 500], [500], [429]] as const) {
      expect(await last(...kept)).not.toThrow();
    }
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
