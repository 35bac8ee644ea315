// Two exchanges of 60 and 120 names; a name's close moves by a cent a session unless said otherwise.
import { describe, expect, it } from "vitest";
import { QUARANTINED } from "../../../lib/market/gate/gate.ts";
import { Bench, type Row } from "./day.ts";

const NASDAQ = 1;
const NYSE = 2;
const NAMES = [
  ...Array.from({ length: 60 }, (_, at) => ({ ticker: `N${at}`, exchange: NASDAQ })),
  ...Array.from({ length: 120 }, (_, at) => ({ ticker: `Y${at}`, exchange: NYSE })),
];

const rowsOf = (session: number, change: (row: Row, at: number) => Row | undefined = (r) => r) =>
  NAMES.flatMap((name, at) => {
    const close = 50 + at + session / 100;
    const row = { ...name, close, net: 0.01, volume: 1_000 + session, cap: close * 1e7 };
    return change(row, at) ?? [];
  });

/** The close of session 5. */
const closeBefore = (at: number) => 50 + at + 5 / 100;

/** Six sessions as they should be, so that the next has number 6. */
function started(): Bench {
  const bench = new Bench();
  for (let session = 0; session < 6; session++) {
    expect(bench.judge(...rowsOf(session)).findings).toEqual([]);
  }
  return bench;
}
const reasons = (verdict: ReturnType<Bench["judge"]>) =>
  verdict.findings.map(({ exchange, reason, isFailure }) => [exchange, reason, isFailure]);

describe("an exchange's file", () => {
  it("of which half the closes are those before is stale: no row of it is taken", () => {
    const stale = rowsOf(6, (row, at) =>
      at % 2 === 0 && at < 60 ? { ...row, close: closeBefore(at) } : row,
    );
    const verdict = started().judge(...stale);
    expect(reasons(verdict)).toEqual([[NASDAQ, "stale_file", true]]);
    expect(verdict.failed).toEqual([NASDAQ]);
    expect([...verdict.fate]).toEqual(
      NAMES.map(({ exchange }) => (exchange === NASDAQ ? QUARANTINED : 0)),
    );
    expect(verdict.findings[0]!.detail).toBe(
      "30 of 60 closes are those before, 0 with the same volume",
    );
  });

  it("of which a third of the closes are those before is a quiet day", () => {
    const quiet = rowsOf(6, (row, at) =>
      at % 3 === 0 ? { ...row, close: closeBefore(at), net: 0 } : row,
    );
    expect(started().judge(...quiet).findings).toEqual([]);
  });

  it("of which a quarter of the rows repeat close and volume is partly an old one", () => {
    const lagging = rowsOf(6, (row, at) =>
      at >= 60 && at % 4 === 0 ? { ...row, close: closeBefore(at), volume: 1_005 } : row,
    );
    const verdict = started().judge(...lagging);
    expect(reasons(verdict)).toEqual([[NYSE, "lagging_file", true]]);
    expect(verdict.failed).toEqual([NYSE]);
  });

  it("that stays stale stays refused, and the next one that moves is taken", () => {
    const bench = started();
    for (let day = 0; day < 3; day++) {
      expect(bench.judge(...rowsOf(5)).failed).toEqual([NASDAQ, NYSE]);
    }
    expect(bench.judge(...rowsOf(9)).failed).toEqual([]);
  });

  it("that is missing is a failure, although there is nothing to refuse", () => {
    const verdict = started().judge(
      ...rowsOf(6, (row) => (row.exchange === NYSE ? undefined : row)),
    );
    expect(reasons(verdict)).toEqual([[NYSE, "missing_exchange", true]]);
    expect(verdict.findings[0]!.detail).toBe("120 of 120 names have no row");
  });

  it("of which more than half is missing is not taken at all", () => {
    const verdict = started().judge(...rowsOf(6, (row, at) => (at >= 100 ? undefined : row)));
    expect(reasons(verdict)).toEqual([[NYSE, "missing_exchange", true]]);
    expect(verdict.fate[99]).toBe(QUARANTINED);
  });

  it("of which a tenth is missing is taken, and said", () => {
    const verdict = started().judge(...rowsOf(6, (row, at) => (at >= 168 ? undefined : row)));
    expect(reasons(verdict)).toEqual([[NYSE, "thin_exchange", false]]);
  });

  it("that is missing is noticed although the stored days do not say the exchange", () => {
    const bench = new Bench();
    for (let session = 0; session < 6; session++) {
      bench.judge(...rowsOf(session, (row) => ({ ...row, exchange: 0 })));
    }
    const verdict = bench.judge(...rowsOf(6, (row) => (row.exchange === NASDAQ ? undefined : row)));
    expect(reasons(verdict)).toEqual([[0, "missing_exchange", true]]);
    expect([verdict.failed, verdict.fate[0]]).toEqual([[0], QUARANTINED]);
  });

  it("of which names are gone is taken although the stored days do not say the exchange", () => {
    const bench = new Bench();
    for (let session = 0; session < 6; session++) {
      bench.judge(...rowsOf(session, (row) => ({ ...row, exchange: 0 })));
    }
    const verdict = bench.judge(...rowsOf(6, (row, at) => (at % 6 === 0 ? undefined : row)));
    expect(reasons(verdict)).toEqual([[0, "thin_exchange", false]]);
  });

  it("names large companies without a row, for five sessions", () => {
    const bench = started();
    bench.judge(...rowsOf(6), { ticker: "META", exchange: NASDAQ, close: 175.57, cap: 475e9 });
    const found = Array.from({ length: 6 }, (_, at) => bench.judge(...rowsOf(7 + at)));
    expect(found.map(reasons)).toEqual([...Array(5).fill([[NASDAQ, "symbol_missing", false]]), []]);
    expect(found[0]!.findings[0]!.detail).toBe("META (last 2021-01-12, USD 475 bn)");
  });
});

describe("net changes that contradict the closes", () => {
  const wrong = (exchange: number) => (row: Row) =>
    row.exchange === exchange ? { ...row, net: 0.5 } : row;

  it("are a finding, and the rows are taken", () => {
    const verdict = started().judge(...rowsOf(6, wrong(NYSE)));
    expect(reasons(verdict)).toEqual([[NYSE, "net_change_disagrees", false]]);
    expect(verdict.failed).toEqual([]);
    expect(verdict.findings[0]!.detail).toBe(
      "120 of 120 net changes contradict the stored closes of 2021-01-11; none is used",
    );
  });

  it("tell of no split on that exchange, and of one on the other", () => {
    // Both names fall to half and say that their previous close was half as well.
    const rows = rowsOf(6, wrong(NYSE)).map((row) =>
      row.ticker === "N0" || row.ticker === "Y0"
        ? { ...row, close: row.close / 2, net: 0.005, cap: row.cap! / 2 }
        : row,
    );
    const bench = started();
    const found = bench.judge(...rows).detectedSplits;
    expect(found.map(({ symbol, ratio }) => [bench.tickers.tickerOf(symbol), ratio])).toEqual([
      ["N0", 2],
    ]);
  });
});
