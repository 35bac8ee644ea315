// Who stands behind a ticker on a day. Symbols are numbers here as in the store; days are YYYYMMDD.
import { describe, expect, it } from "vitest";
import { holders, Identities, LAST_DAY, type SymbolChange } from "../../lib/market/identity.ts";
import { addDays } from "../../lib/time.ts";

const [A, B, C, D] = [1, 2, 3, 4];
const change = (date: number, oldSymbol: number, newSymbol: number): SymbolChange => ({
  date,
  oldSymbol,
  newSymbol,
});
const of = (...changes: SymbolChange[]) => holders(changes, (day) => addDays(day, -1));
const lines = (...changes: SymbolChange[]) =>
  of(...changes).map(({ symbol, from, to, security }) => `${symbol} ${from}..${to} ${security}`);

describe("holders", () => {
  it("are nobody's business for symbols that are never renamed", () => {
    expect(of()).toEqual([]);
    const identities = new Identities([]);
    expect(identities.securityOf(A, 20240102)).toBe(A);
    expect(identities.symbolOf(A, 20240102)).toBe(A);
    expect(identities.holdersOf(A)).toBeUndefined();
    expect(identities.symbolsOf(A)).toEqual([{ symbol: A, from: 0, to: LAST_DAY, security: A }]);
  });

  it("hand a security on to its new ticker and leave the old one to a stranger", () => {
    expect(lines(change(20220609, A, B))).toEqual([
      "1 0..20220608 1",
      "1 20220609..99991231 -1",
      "2 0..20220608 2",
      "2 20220609..99991231 1",
    ]);
  });

  it("follow a chain of renames over years", () => {
    const identities = new Identities(of(change(20210105, A, B), change(20230301, B, C)));
    expect(
      [20201231, 20210105, 20230228, 20230301].map((day) => identities.symbolOf(A, day)),
    ).toEqual([A, B, B, C]);
    expect(identities.symbolsOf(A).map(({ symbol }) => symbol)).toEqual([A, B, C]);
    expect(identities.securityOf(C, 20230228)).toBe(C);
  });

  it("take changes of one day at once: each new ticker gets who held the old one the day before", () => {
    // A becomes B, B becomes C: nobody skips a step.
    const chain = new Identities(of(change(20240102, B, C), change(20240102, A, B)));
    expect([A, B, C].map((symbol) => chain.securityOf(symbol, 20240102))).toEqual([-1, A, B]);
    const swap = new Identities(of(change(20240102, A, B), change(20240102, B, A)));
    expect([A, B].map((symbol) => swap.securityOf(symbol, 20240102))).toEqual([B, A]);
    expect([A, B].map((symbol) => swap.securityOf(symbol, 20240101))).toEqual([A, B]);
  });

  it("part the users of a ticker that is used again", () => {
    // FI was one company; years later FISV takes the ticker.
    const [FI, FISV] = [A, B];
    const identities = new Identities(of(change(20230607, FISV, FI)));
    expect(identities.securityOf(FI, 20211001)).toBe(FI);
    expect(identities.securityOf(FI, 20230607)).toBe(FISV);
    expect(identities.symbolOf(FI, 20230607)).toBeUndefined();
    expect(identities.holdersOf(FI)).toHaveLength(2);
  });

  it("give a security its old ticker back", () => {
    const identities = new Identities(of(change(20240102, A, B), change(20240601, B, A)));
    expect([20240101, 20240102, 20240601].map((day) => identities.symbolOf(A, day))).toEqual([
      A,
      B,
      A,
    ]);
    expect(identities.securityOf(A, 20240301)).toBeLessThan(0);
  });

  it("cover every day of each symbol once, in whatever order the changes come", () => {
    const changes = [
      change(20240102, A, B),
      change(20240102, C, D),
      change(20240305, B, C),
      change(20240306, D, A),
      change(20240306, A, D),
    ];
    const all = of(...changes);
    expect(of(...changes.toReversed()).map(({ symbol, from, to }) => [symbol, from, to])).toEqual(
      all.map(({ symbol, from, to }) => [symbol, from, to]),
    );
    for (const symbol of [A, B, C, D]) {
      const own = all.filter((holder) => holder.symbol === symbol);
      expect(own[0]!.from).toBe(0);
      expect(own.at(-1)!.to).toBe(LAST_DAY);
      for (const [i, { from }] of own.slice(1).entries())
        expect(own[i]!.to).toBe(addDays(from, -1));
    }
  });
});

describe("holders after a delisting", () => {
  const delisting = (date: number, symbol: number) => ({ date, symbol });
  const inAMonth = (_: number, date: number) => addDays(date, 30);
  const heldAfter = (
    changes: SymbolChange[],
    delistings: { date: number; symbol: number }[],
    takenOn: (symbol: number, date: number) => number | undefined = inAMonth,
  ) => holders(changes, (day) => addDays(day, -1), delistings, takenOn);
  const told = (...of: Parameters<typeof heldAfter>) =>
    heldAfter(...of).map(
      ({ symbol, from, to, security }) => `${symbol} ${from}..${to} ${security}`,
    );

  it("pass the ticker on to a stranger, and so again", () => {
    expect(told([], [delisting(20200302, A), delisting(20210302, A)])).toEqual([
      "1 0..20200331 1",
      "1 20200401..20210331 -1",
      "1 20210401..99991231 -2",
    ]);
    expect(told([], [delisting(20200302, A)], () => undefined)).toEqual([]);
  });

  it("count from the later day where one holder is delisted twice", () => {
    const wanted = ["1 0..20200430 1", "1 20200501..99991231 -1"];
    expect(told([], [delisting(20200302, A), delisting(20200401, A)])).toEqual(wanted);
    expect(told([], [delisting(20200401, A), delisting(20200302, A)])).toEqual(wanted);
  });

  it("leave a ticker to whom a rename gives it", () => {
    // B takes the ticker A left; who left keeps nothing, and nobody follows on A afterwards.
    const renamed = heldAfter([change(20200310, B, A)], [delisting(20200302, A)]);
    expect(renamed.map(({ symbol, security }) => [symbol, security])).toEqual([
      [A, A],
      [A, B],
      [B, B],
      [B, -1],
    ]);
    // A delisted security that is renamed goes on under its new ticker.
    const gone = new Identities(heldAfter([change(20200310, A, B)], [delisting(20200302, A)]));
    expect([20200309, 20200310, 20301231].map((day) => gone.symbolOf(A, day))).toEqual([A, B, B]);
  });

  it("hand on the ticker a newcomer is renamed from, not the delisted security's", () => {
    const identities = new Identities(
      heldAfter([change(20220610, A, B)], [delisting(20200302, A)]),
    );
    const newcomer = identities.securityOf(A, 20210104);
    expect(newcomer).toBeLessThan(0);
    expect(identities.securityOf(B, 20220610)).toBe(newcomer);
    expect(identities.symbolsOf(newcomer).map(({ symbol }) => symbol)).toEqual([A, B]);
  });

  it("follow the security that was renamed on the day it was delisted, whichever ticker is named", () => {
    for (const symbol of [A, B]) {
      const identities = new Identities(
        heldAfter([change(20200302, A, B)], [delisting(20200302, symbol)]),
      );
      expect(identities.securityOf(B, 20200331)).toBe(A);
      expect(identities.securityOf(B, 20200401)).toBeLessThan(0);
      expect(identities.symbolOf(A, 20200401)).toBeUndefined();
    }
  });
});

describe("subjectOf", () => {
  const identities = new Identities(of(change(20220609, A, B)));

  it("is who gives a ticker up, on the day it is given up", () => {
    expect(identities.subjectOf(A, 20220608)).toBe(A);
    expect(identities.subjectOf(A, 20220609)).toBe(A);
    expect(identities.subjectOf(B, 20220609)).toBe(A);
    expect(identities.subjectOf(A, 20220610)).toBeLessThan(0);
    expect(identities.subjectOf(C, 20220609)).toBe(C);
  });

  it("is who takes a ticker, when two swap", () => {
    const swap = new Identities(of(change(20240102, A, B), change(20240102, B, A)));
    expect(swap.subjectOf(A, 20240102)).toBe(B);
  });
});
