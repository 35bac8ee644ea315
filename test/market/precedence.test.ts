import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Claim,
  NO_PRECEDENCE,
  parsePrecedence,
  RANKED_FIELDS,
  rankOf,
  standing,
} from "../../lib/market/precedence.ts";

const TEXT = "polygon,nasdaq-screener,csv,yahoo; market_cap: sec-edgar,nasdaq-screener";
const PRECEDENCE = parsePrecedence(TEXT);
const of = (source: string, value: number | null = 1): Claim => ({ source, value });

describe("parsePrecedence", () => {
  it("reads one list for all fields and others for single ones", () => {
    const common = ["polygon", "nasdaq-screener", "csv", "yahoo"];
    expect(PRECEDENCE).toEqual({
      order: { close: common, volume: common, market_cap: ["sec-edgar", "nasdaq-screener"] },
    });
    expect(parsePrecedence("")).toEqual(NO_PRECEDENCE);
    expect(parsePrecedence("close:csv").order).toEqual({
      close: ["csv"],
      volume: [],
      market_cap: [],
    });
  });

  it.each([
    ["cap:csv", /the field "cap"; known are close, volume, market_cap/],
    ["csv,,yahoo", /names the source ""/],
    ["csv,Yahoo!", /names the source "Yahoo!"/],
    ["csv,yahoo,csv", /names csv twice/],
    ["csv;yahoo", /two lists for every field/],
    ["close:csv;close:yahoo", /lists close twice/],
  ])("refuses %j", (text, message) => {
    expect(() => parsePrecedence(text)).toThrow(
      expect.objectContaining({ code: "BAD_REQUEST", message: expect.stringMatching(message) }),
    );
  });
});

describe("standing", () => {
  it.each([
    ["a value over none", "close", of("yahoo"), of("polygon", null), "stored", "absent"],
    ["a value over a NaN", "close", of("polygon", Number.NaN), of("yahoo"), "offered", "absent"],
    ["the higher source", "close", of("yahoo"), of("csv"), "offered", "precedence"],
    ["the higher source that came first", "close", of("csv"), of("yahoo"), "stored", "precedence"],
    ["a listed source", "market_cap", of("yahoo"), of("sec-edgar"), "offered", "listed"],
    ["a listed source that came first", "volume", of("csv"), of("stooq"), "stored", "listed"],
    ["the later word of one source", "close", of("csv", 1), of("csv", 2), "offered", "correction"],
    ["the later of two that nobody lists", "close", of("a"), of("b"), "offered", "later"],
  ] as const)("lets %s stand", (_, field, stored, offered, stands, reason) => {
    expect(standing(PRECEDENCE, field, stored, offered)).toEqual({ stands, reason });
  });

  it("takes the list of the field", () => {
    const [screener, polygon] = [of("nasdaq-screener"), of("polygon")];
    expect(standing(PRECEDENCE, "close", screener, polygon).stands).toBe("offered");
    expect(standing(PRECEDENCE, "market_cap", screener, polygon).stands).toBe("stored");
    expect(rankOf(PRECEDENCE, "market_cap", "polygon")).toBe(Number.POSITIVE_INFINITY);
  });

  it("does not depend on the order of arrival among listed sources", () => {
    const source = fc.constantFrom(...PRECEDENCE.order.close);
    const claims = fc.uniqueArray(source, { minLength: 1 }).chain((sources) =>
      fc.record({
        first: fc.constant(sources),
        second: fc.shuffledSubarray(sources, { minLength: sources.length }),
      }),
    );
    const survivor = (sources: readonly string[]) =>
      sources
        .map((name) => of(name))
        .reduce((stored, offered) =>
          standing(PRECEDENCE, "close", stored, offered).stands === "stored" ? stored : offered,
        ).source;
    fc.assert(
      fc.property(claims, ({ first, second }) => {
        expect(survivor(first)).toBe(survivor(second));
      }),
    );
  });

  it("knows no more fields than it ranks", () => {
    expect(Object.keys(PRECEDENCE.order).sort()).toEqual([...RANKED_FIELDS].sort());
  });
});
