// Which securities there were, under which tickers and when. Days are YYYYMMDD; 20240131 is the last session here.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  isMember,
  memberNamed,
  membersOn,
  subjectOn,
  type UniverseFacts,
  type UniverseRecord,
  universeMembers,
} from "../../lib/market/universe-membership.ts";
import { addDays } from "../../lib/time.ts";

type Priced = readonly [ticker: string, first: number | null, last: number | null];
type More = Partial<Omit<UniverseFacts, "symbols">>;

/** Symbols get the ids 1, 2, 3 in the order they are given. */
const universe = (symbols: readonly Priced[], more: More = {}) =>
  universeMembers({
    symbols: symbols.map(([ticker, first_date, last_date], i) => ({
      id: i + 1,
      ticker,
      first_date,
      last_date,
    })),
    changes: [],
    records: [],
    delistings: [],
    listedSince: 20240124,
    ...more,
  });

const record = (
  symbol: number,
  valid_from: number,
  valid_to: number,
  cik: string | null = null,
): UniverseRecord => ({ symbol, valid_from, valid_to, issuer: null, cik });

/** "key from..to ending" */
const lines = (...given: Parameters<typeof universe>) =>
  universe(...given).map(({ key, from, to, ending }) => `${key} ${from}..${to ?? ""} ${ending}`);

const [FIRST, SECOND] = [1, 2];

describe("a security", () => {
  it("is a member from its first price on, and listed while it has prices", () => {
    expect(lines([["A", 20210104, 20240131]])).toEqual(["A 20210104.. listed"]);
    expect(lines([["A", 20210104, 20240124]]), "halted for a week").toEqual([
      "A 20210104.. listed",
    ]);
  });

  it("that was delisted keeps its days", () => {
    const delistings = [{ date: 20221028, symbol: FIRST }];
    expect(lines([["TWTR", 20210104, 20221027]], { delistings })).toEqual([
      "TWTR 20210104..20221028 delisted",
    ]);
  });

  it("that only stopped ended with its last price, whatever an open record says", () => {
    const records = [record(FIRST, 20131107, 99991231)];
    expect(lines([["TWTR", 20210104, 20221027]])).toEqual(["TWTR 20210104..20221027 ended"]);
    expect(lines([["TWTR", 20210104, 20221027]], { records })).toEqual([
      "TWTR 20131107..20221027 ended",
    ]);
  });

  it("was there before its first stored price where a record says so, but not by a record without dates", () => {
    expect(
      lines([["A", 20210104, 20240131]], { records: [record(FIRST, 19991118, 99991231)] }),
    ).toEqual(["A 19991118.. listed"]);
    expect(
      lines([["A", 20210104, 20240131]], { records: [record(FIRST, 19000101, 99991231)] }),
    ).toEqual(["A 20210104.. listed"]);
  });

  it("without any price lives by its records, one without records not at all", () => {
    const records = [record(FIRST, 20100104, 20150105), record(FIRST, 20150106, 99991231)];
    expect(lines([["A", null, null]], { records })).toEqual(["A 20100104.. listed"]);
    expect(lines([["A", null, null]], { records: records.slice(0, 1) })).toEqual([
      "A 20100104..20150105 ended",
    ]);
    expect(lines([["A", null, null]])).toEqual([]);
  });

  it("keeps its identity over a rename, and leaves no stranger behind", () => {
    const changes = [{ date: 20220609, oldSymbol: FIRST, newSymbol: SECOND }];
    const symbols = [
      ["FB", 20210104, 20220608],
      ["META", 20220609, 20240131],
    ] as const;
    // The vendor lists the company since 2012 under the ticker of today.
    const records = [record(FIRST, 20120518, 99991231), record(SECOND, 20120518, 99991231)];
    const members = universe(symbols, { changes, records });
    expect(members).toEqual([
      {
        key: "FB",
        tickers: [
          { symbol: FIRST, ticker: "FB", from: 0, to: 20220608 },
          { symbol: SECOND, ticker: "META", from: 20220609, to: 99991231 },
        ],
        priced: { from: 20210104, to: 20240131 },
        from: 20120518,
        to: null,
        ending: "listed",
      },
    ]);
  });

  it("stays itself over days without a record and over a new cik without a gap", () => {
    const gap = [
      record(FIRST, 20210129, 20220610, "1326801"),
      record(FIRST, 20220615, 20240131, "1326801"),
    ];
    const reorganised = [
      record(FIRST, 20100104, 20150930, "1288776"),
      record(FIRST, 20151001, 20240131, "1652044"),
    ];
    for (const records of [gap, reorganised]) {
      expect(universe([["A", 20210129, 20240131]], { records })).toHaveLength(1);
    }
  });
});

describe("a ticker used again", () => {
  it("by a rename onto it parts two securities", () => {
    const symbols = [
      ["FI", 20210129, 20240131],
      ["FISV", 20210129, 20230606],
    ] as const;
    const changes = [{ date: 20230607, oldSymbol: SECOND, newSymbol: FIRST }];
    const runs = [
      { symbol: FIRST, first_date: 20210129, last_date: 20211001 },
      { symbol: FIRST, first_date: 20230607, last_date: 20240131 },
      { symbol: SECOND, first_date: 20210129, last_date: 20230606 },
    ];
    expect(lines(symbols, { changes, runs })).toEqual([
      "FI 20210129..20211001 ended",
      "FISV 20210129.. listed",
    ]);
    const members = universe(symbols, { changes, runs });
    expect(memberNamed(members, "FI")?.key).toBe("FISV");
    expect(memberNamed(members, "FI", 20210601)?.key).toBe("FI");
    expect(memberNamed(members, "FISV", 20230607)).toBeUndefined();
  });

  it("after a delisting parts two securities, and an open record of the first makes no third", () => {
    const delistings = [{ date: 20210301, symbol: FIRST }];
    const runs = [
      { symbol: FIRST, first_date: 20200102, last_date: 20210226 },
      { symbol: FIRST, first_date: 20230104, last_date: 20240131 },
    ];
    const records = [record(FIRST, 20050103, 99991231)];
    expect(lines([["X", 20200102, 20240131]], { delistings, runs })).toEqual([
      "X 20200102..20210301 delisted",
      "X@20210530 20230104.. listed",
    ]);
    expect(lines([["X", 20200102, 20210226]], { delistings, records })).toEqual([
      "X 20050103..20210301 delisted",
    ]);
  });

  it("after a gap by a company of another cik parts two securities, though nobody told of a delisting", () => {
    const records = [
      record(FIRST, 20050103, 20150630, "1111"),
      record(FIRST, 20190401, 99991231, "2222"),
    ];
    expect(lines([["X", 20100104, 20240131]], { records })).toEqual([
      "X 20050103..20190331 ended",
      "X@20190401 20190401.. listed",
    ]);
    const parted = universe([["X", 20100104, 20240131]], { records });
    expect(membersOn(parted, 20120103).map(({ key }) => key)).toEqual(["X"]);
    expect(membersOn(parted, 20200103).map(({ key }) => key)).toEqual(["X@20190401"]);
  });
});

describe("what happens to a ticker", () => {
  it("on the day it is given up is still about who gives it up", () => {
    const changes = [{ date: 20220609, oldSymbol: FIRST, newSymbol: SECOND }];
    const members = universe(
      [
        ["FB", 20210104, 20240131],
        ["META", 20220609, 20240131],
      ],
      { changes },
    );
    // Somebody took FB afterwards.
    expect(members.map(({ key }) => key)).toEqual(["FB", "FB@20220609"]);
    const subject = (symbol: number, day: number) => subjectOn(members, symbol, day)?.key;
    expect(subject(FIRST, 20220608)).toBe("FB");
    expect(subject(FIRST, 20220609)).toBe("FB");
    expect(subject(FIRST, 20220610)).toBe("FB@20220609");
    expect(subject(SECOND, 20220609)).toBe("FB");
    expect(subject(SECOND, 20220608)).toBeUndefined();
  });
});

describe("the universe of a day", () => {
  it("holds each ticker at most once, whatever happened to it", () => {
    const day = fc.integer({ min: 0, max: 1400 }).map((days) => addDays(20200101, days));
    const symbol = fc.integer({ min: 1, max: 4 });
    const run = fc
      .tuple(symbol, day, fc.integer({ min: 0, max: 300 }))
      .map(([id, first_date, days]) => ({
        symbol: id,
        first_date,
        last_date: addDays(first_date, days),
      }));
    const change = fc
      .tuple(day, symbol, symbol)
      .filter(([, from, to]) => from !== to)
      .map(([date, oldSymbol, newSymbol]) => ({ date, oldSymbol, newSymbol }));
    const some = fc.record({
      runs: fc.array(run, { minLength: 1, maxLength: 8 }),
      changes: fc.uniqueArray(change, { maxLength: 4, selector: ({ date }) => date }),
      delistings: fc.array(fc.record({ date: day, symbol }), { maxLength: 3 }),
    });
    const symbols = ["A", "B", "C", "D"].map((ticker) => [ticker, null, null] as const);
    fc.assert(
      fc.property(some, day, (more, on) => {
        const members = universe(symbols, more);
        for (const { tickers, from, to } of members) {
          expect(to === null || from <= to, "from is not after to").toBe(true);
          for (const [i, span] of tickers.entries()) {
            expect(span.from).toBeLessThanOrEqual(span.to);
            if (i > 0) expect(span.from).toBeGreaterThan(tickers[i - 1]!.to);
          }
        }
        const held = membersOn(members, on).flatMap(({ tickers }) =>
          tickers.filter(({ from, to }) => from <= on && on <= to).map(({ ticker }) => ticker),
        );
        expect(new Set(held).size).toBe(held.length);
        // Nobody who had a price on the day is missing.
        for (const { symbol: id, first_date, last_date } of more.runs) {
          if (on < first_date || on > last_date) continue;
          const owner = members.find(({ tickers }) =>
            tickers.some((t) => t.symbol === id && t.from <= on && on <= t.to),
          );
          expect(owner, "the priced ticker has an owner").toBeDefined();
          if (owner!.ending !== "delisted") expect(isMember(owner!, on)).toBe(true);
        }
      }),
    );
  });
});
