// The calendar against the days on which real data exists.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { closureReason, isSession, sessionsBetween } from "../../lib/market/sessions.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const screener = `${shared}/data/equities_nasdaq_screener`;
const vix = `${shared}/data/volatility/vix_daily_1990_2026.csv.gz`;

const daysOf = (file: string) =>
  new Set(
    gunzipSync(readFileSync(file))
      .toString("latin1")
      .matchAll(/^(\d{4})-(\d{2})-(\d{2}),/gm)
      .map(([, year, month, day]) => Number(`${year}${month}${day}`)),
  );

if (!existsSync(screener) || !existsSync(vix)) {
  console.warn(`skipped: "${shared}" has no market data (set EQUIPOISE_SHARED)`);
  it.skip("has the sessions of real data", () => {});
} else {
  it("has the sessions on which the screener was captured, but for two that nobody captured", () => {
    const captured = new Set(
      [2021, 2022, 2023].flatMap((year) => [...daysOf(`${screener}/daily_${year}.csv.gz`)]),
    );
    const missed = sessionsBetween(20210129, 20231229).filter((day) => !captured.has(day));
    expect(missed).toEqual([20221221, 20221228]);
    expect([...captured].filter((day) => !isSession(day))).toEqual([]);
    expect(captured.size).toBe(733);
  });

  it("has the days of the VIX since 1990, but for gaps of that file and holidays it is computed on", () => {
    const published = daysOf(vix);
    const last = Math.max(...published);
    expect(sessionsBetween(19900102, last).filter((day) => !published.has(day))).toEqual([
      19910301, 19970131, 19971126, 19991231,
    ]);
    const extra = [...published].filter((day) => !isSession(day)).sort((a, b) => a - b);
    // Cboe computed it on the day of mourning in 2004, and since 2022 in the overnight sessions of its own
    // options, which are held on holidays but never on New Year's Day, Good Friday or Christmas.
    expect(extra.filter((day) => day < 20220530)).toEqual([20040611]);
    expect(new Set(extra.map((day) => closureReason(day)?.replace(" (observed)", "")))).toEqual(
      new Set([
        "day of mourning for President Reagan",
        "day of mourning for President Carter",
        "Martin Luther King Jr. Day",
        "Presidents' Day",
        "Memorial Day",
        "Juneteenth",
        "Independence Day",
        "Labor Day",
        "Thanksgiving Day",
      ]),
    );
    expect(extra).toHaveLength(33);
  });
}
