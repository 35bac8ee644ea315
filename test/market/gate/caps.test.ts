// Shares of 10 million at USD 50: a market cap of USD 500 million.
import { describe, expect, it } from "vitest";
import { DEFAULTS } from "../../../lib/market/gate/gate.ts";
import { Bench, capWords } from "./day.ts";

const M = 1e6;
const row = (cap: number | undefined, close = 50) => ({
  ticker: "A",
  close,
  ...(cap !== undefined && { cap }),
});
/** A name that has been known for long. */
function known(splits: Record<string, number> = {}): Bench {
  const bench = new Bench(splits);
  bench.repeat(20, row(500 * M));
  return bench;
}
const words = (bench: Bench, sessions: number, cap: number | undefined) =>
  bench.repeat(sessions, row(cap)).map(capWords);

describe("implied shares", () => {
  it("changes of less than 40 % are taken as they come, up and down", () => {
    const bench = known();
    expect(words(bench, 1, 690 * M)).toEqual(["as delivered"]);
    expect(words(bench, 1, 500 * M)).toEqual(["as delivered"]);
  });

  it("a price that moves by any factor does not matter", () => {
    const bench = known();
    expect(capWords(bench.judge(row(2_000 * M, 200)))).toBe("as delivered");
    expect(capWords(bench.judge(row(100 * M, 10)))).toBe("as delivered");
  });

  it("a merger is believed on the fifth session", () => {
    expect(words(known(), 6, 750.1 * M * 0.97)).toEqual([
      "implied_shares 500000000",
      "implied_shares 500000000",
      "implied_shares 500000000",
      "implied_shares 500000000",
      "believed",
      "as delivered",
    ]);
  });

  it("a fault that goes away leaves no trace", () => {
    const bench = known();
    expect(words(bench, 2, 740 * M)).toEqual(Array(2).fill("implied_shares 500000000"));
    expect(words(bench, 1, 500 * M)).toEqual(["as delivered"]);
    // The count begins anew.
    expect(words(bench, 5, 740 * M).at(-2)).toBe("implied_shares 500000000");
  });

  it("a number that does not keep still is not believed", () => {
    const bench = known();
    const caps = [720, 770, 830, 890, 960, 1030].map((cap) => cap * M);
    expect(caps.map((cap) => capWords(bench.judge(row(cap))))).toEqual(
      Array(6).fill(expect.stringMatching(/ 500000000$/)),
    );
  });

  it("an eightfold number is believed after 80 sessions only", () => {
    const bench = known();
    const found = words(bench, 81, 4_000 * M);
    expect(new Set(found.slice(0, 79))).toEqual(new Set(["share_multiple 500000000"]));
    expect(found.slice(79)).toEqual(["believed", "as delivered"]);
  });

  it("follows the price while it does not believe", () => {
    const bench = known();
    bench.judge(row(4_000 * M));
    expect(capWords(bench.judge(row(4_400 * M, 55)))).toBe("share_multiple 550000000");
  });

  it("a number that was believed in vain gives way to the one before at once", () => {
    const bench = known();
    expect(words(bench, 5, 740 * M).at(-1)).toBe("believed");
    bench.repeat(20, row(740 * M));
    expect(words(bench, 2, 500 * M)).toEqual(["believed", "as delivered"]);
  });

  it("a new number that is then multiplied by mistake is still the new number", () => {
    // ADI in September 2021: 1.46 times the shares for four sessions, then four times that for sixty-four.
    const bench = known();
    expect(words(bench, 4, 730 * M)).toEqual(Array(4).fill("implied_shares 500000000"));
    expect(words(bench, 64, 2_920 * M)).toEqual(Array(64).fill("share_multiple 730000000"));
    expect(words(bench, 1, 715 * M)).toEqual(["as delivered"]);
  });

  it("of a name known for six sessions, six are enough", () => {
    const bench = new Bench();
    bench.repeat(6, row(500 * M));
    expect(words(bench, 7, 2_370 * M).slice(4)).toEqual([
      "implied_shares 500000000",
      "believed",
      "as delivered",
    ]);
  });

  it("of a name known for six sessions, a plain multiple is a fault all the same", () => {
    const bench = new Bench();
    bench.repeat(6, row(500 * M));
    expect(words(bench, 30, 8_000 * M).at(-1)).toBe("share_multiple 500000000");
  });

  it("a name that was away for six sessions is a new one", () => {
    const bench = known();
    bench.repeat(6, { ticker: "B", close: 1 });
    expect(words(bench, 1, 4_000 * M)).toEqual(["as delivered"]);
  });

  it("a name that was away for four sessions is the same", () => {
    const bench = known();
    bench.repeat(4, { ticker: "B", close: 1 });
    expect(words(bench, 1, 4_000 * M)).toEqual(["share_multiple 500000000"]);
  });

  it.each([
    [10, "power_of_ten"],
    [0.001, "power_of_ten"],
    [48, "share_multiple"],
    [2.25, "share_multiple"],
    [23.29, "implied_shares"],
  ])("%d times the shares is called %s", (factor, rule) => {
    expect(words(known(), 1, 500 * M * factor)).toEqual([`${rule} 500000000`]);
  });

  it("the repair says what was delivered and how long it would take", () => {
    const bench = known();
    bench.judge(row(4_000 * M));
    expect(bench.judge(row(4_000 * M)).repairs).toEqual([
      {
        row: 0,
        field: "market_cap",
        delivered: 4_000 * M,
        used: 500 * M,
        rule: "share_multiple",
        detail:
          "80 M shares are 8.0000 times the 10 M known; delivered on 2 of the 80 sessions it takes",
      },
    ]);
  });
});

describe("an absent market cap", () => {
  it.each([0, undefined])("%s is filled in for 20 sessions", (cap) => {
    const found = words(known(), DEFAULTS.capAbsentSessions + 2, cap);
    expect(new Set(found.slice(0, 20))).toEqual(new Set(["cap_absent 500000000"]));
    expect(found.slice(20)).toEqual(["as delivered", "as delivered"]);
  });

  it("a name that never had one gets none", () => {
    const bench = new Bench();
    expect(words(bench, 30, 0)).toEqual(Array(30).fill("as delivered"));
    expect(words(bench, 1, 500 * M)).toEqual(["as delivered"]);
  });

  it("one that comes back is held against the shares from before", () => {
    const bench = known();
    words(bench, 3, 0);
    expect(words(bench, 2, 4_000 * M)).toEqual(Array(2).fill("share_multiple 500000000"));
    expect(words(bench, 1, 500 * M)).toEqual(["as delivered"]);
    expect(words(bench, 20, 0).at(-1)).toBe("cap_absent 500000000");
  });
});
