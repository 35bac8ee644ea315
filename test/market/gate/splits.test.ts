import { describe, expect, it } from "vitest";
import { Bench, capWords, type Row, SESSIONS } from "./day.ts";

const M = 1e6;
/** 10 million shares at USD 120 for 20 sessions. */
function known(splits: Record<string, number> = {}): Bench {
  const bench = new Bench(splits);
  bench.repeat(20, { ticker: "A", close: 120, net: 0, cap: 1_200 * M });
  return bench;
}
const SPLIT_DAY = SESSIONS[20]!;
const splitsOf = (bench: Bench, row: Omit<Row, "ticker">) =>
  bench.judge({ ticker: "A", ...row }).detectedSplits.map(({ ratio }) => ratio);

describe("a split told by the net change", () => {
  it.each([
    ["4:1, the cap stays put", { close: 33, net: 3, cap: 1_320 * M }, 4],
    ["3:2", { close: 80, net: 0, cap: 1_200 * M }, 1.5],
    ["1:8", { close: 900, net: -60, cap: 1_125 * M }, 0.125],
    ["20:1 without a cap", { close: 6.1, net: 0.1 }, 20],
    [
      "a stock dividend of 11:10 that the cap confirms",
      { close: 109, net: -0.0909, cap: 1_199 * M },
      1.1,
    ],
  ])("%s", (_, row, ratio) => {
    expect(splitsOf(known(), row)).toEqual([ratio]);
  });

  it.each([
    ["a loss of three quarters", { close: 30, net: -90, cap: 300 * M }],
    ["a gain of the double", { close: 240, net: 120, cap: 2_400 * M }],
    ["a spin-off", { close: 60.7, net: 0, cap: 607 * M }],
    ["a dividend", { close: 115, net: 0, cap: 1_150 * M }],
    [
      "a stock dividend that the cap does not confirm",
      { close: 109, net: -0.0909, cap: 1_090 * M },
    ],
    ["a price that did not move", { close: 120, net: 60, cap: 1_200 * M }],
  ])("is not taken from %s", (_, row) => {
    expect(splitsOf(known(), row)).toEqual([]);
  });

  it("says how it was told", () => {
    const { detectedSplits } = known().judge({ ticker: "A", close: 33, net: 3, cap: 1_320 * M });
    expect(detectedSplits).toEqual([
      {
        symbol: 1,
        date: SPLIT_DAY,
        ratio: 4,
        detail:
          "the net change is against 30.0000, the previous close was 120; the market cap stays put",
      },
    ]);
  });

  it("is not taken after a session without a row of the name", () => {
    const bench = known();
    bench.judge({ ticker: "B", close: 1 });
    expect(splitsOf(bench, { close: 33, net: 3 })).toEqual([]);
  });
});

describe("the market cap on a split day", () => {
  it.each([
    ["counts the old shares", (1_320 * M) / 4],
    ["counts the split twice", 1_320 * M * 4],
    ["counts it three times", 1_320 * M * 16],
  ])("that %s is repaired", (_, cap) => {
    const verdict = known().judge({ ticker: "A", close: 33, net: 3, cap });
    expect(capWords(verdict)).toBe(`split_factor ${1_320 * M}`);
  });

  it("that counts the old shares for three sessions is repaired on each", () => {
    const bench = known();
    const found = [
      bench.judge({ ticker: "A", close: 40, net: 0, cap: 400 * M }),
      bench.judge({ ticker: "A", close: 41, net: 1, cap: 410 * M }),
      bench.judge({ ticker: "A", close: 42, net: 1, cap: 420 * M }),
      bench.judge({ ticker: "A", close: 43, net: 1, cap: 1_290 * M }),
    ];
    expect(found.map(capWords)).toEqual([
      "split_factor 1200000000",
      "split_factor 1230000000",
      "split_factor 1260000000",
      "as delivered",
    ]);
  });

  it("that counted the split before it came is right from that day on", () => {
    const bench = known();
    const early = bench.repeat(8, { ticker: "A", close: 120, net: 0, cap: 3_600 * M });
    expect(early.map(capWords)).toEqual(Array(8).fill("share_multiple 1200000000"));
    expect(capWords(bench.judge({ ticker: "A", close: 40, net: 0, cap: 1_200 * M }))).toBe(
      "as delivered",
    );
  });
});

describe("a split in between", () => {
  const merged = { ticker: "A", close: 120, net: 0, cap: 1.6 * 1_200 * M };
  const divided = { ...merged, close: 40 };

  it("does not interrupt the wait for a new number of shares", () => {
    const bench = known();
    bench.repeat(3, merged);
    expect([bench.judge(divided), bench.judge(divided)].map(capWords)).toEqual([
      "implied_shares 1200000000",
      "believed",
    ]);
  });

  it("does not make a number forgotten that was believed before", () => {
    const bench = known();
    bench.repeat(6, merged);
    bench.repeat(3, divided);
    expect(capWords(bench.judge({ ...divided, cap: 1_200 * M }))).toBe("believed");
  });
});

describe("without a net change", () => {
  it("price and shares that move against each other are a split", () => {
    expect(splitsOf(known(), { close: 31, cap: 1_240 * M })).toEqual([4]);
  });

  it("a fault of the cap on a quiet day is none", () => {
    const verdict = known().judge({ ticker: "A", close: 121, cap: 4_840 * M });
    expect(verdict.detectedSplits).toEqual([]);
    expect(capWords(verdict)).toBe("share_multiple 1210000000");
  });

  it("a consolidation whose shares were brought up to date hides its ratio, and the cap still stands", () => {
    const verdict = known().judge({ ticker: "A", close: 3_600, cap: 1_304 * M });
    expect(verdict.detectedSplits).toEqual([]);
    expect(capWords(verdict)).toBe("as delivered");
  });
});

describe("an announced split", () => {
  const announced = { [`A ${SPLIT_DAY}`]: 3 };

  it("is applied and not detected once more", () => {
    const verdict = known(announced).judge({ ticker: "A", close: 41, net: 1, cap: 410 * M });
    expect(verdict.detectedSplits).toEqual([]);
    expect(capWords(verdict)).toBe("split_factor 1230000000");
  });

  it("is applied without a net change, when the price moves by it", () => {
    const verdict = known(announced).judge({ ticker: "A", close: 41, cap: 1_230 * M });
    expect([verdict.detectedSplits, capWords(verdict)]).toEqual([[], "as delivered"]);
  });

  it("that the net change contradicts is a finding, and the cap stands", () => {
    const verdict = known(announced).judge({ ticker: "A", close: 121, net: 1, cap: 1_210 * M });
    expect(capWords(verdict)).toBe("as delivered");
    expect(verdict.findings).toEqual([
      {
        exchange: 0,
        reason: "split_contradicted",
        detail: "the net change contradicts the split announced for A",
        isFailure: false,
      },
    ]);
  });

  it("counts although its session was not fed", () => {
    const bench = known(announced);
    bench.skip(1);
    expect(capWords(bench.judge({ ticker: "A", close: 41, cap: 410 * M * 9 }))).toBe(
      "split_factor 1230000000",
    );
  });

  it("of a spin-off leaves the shares alone and explains a cap that was multiplied by it", () => {
    const bench = known({ [`A ${SPLIT_DAY}`]: 1.402 });
    expect(capWords(bench.judge({ ticker: "A", close: 85.5, net: -0.1, cap: 855 * M }))).toBe(
      "as delivered",
    );
    const wrong = bench.repeat(13, { ticker: "A", close: 85.5, net: 0, cap: 855 * M * 1.402 });
    expect(wrong.map(capWords)).toEqual(Array(13).fill("split_factor 855000000"));
  });
});
