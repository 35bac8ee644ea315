// The calendar against the days on which real data exists.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import {
  closureReason,
  isSession,
  lastClosedSession,
  newYorkDay,
  sessionsBetween,
} from "../../lib/market/sessions.ts";
import { dayKey } from "../../lib/time.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const screener = `${shared}/data/equities_nasdaq_screener`;
const extra = `${screener}/extra_captures_non_sessions_2021_2023.csv.gz`;
const funds = `${shared}/data/volatility/etf_SPY_RSP_yahoo_2016_2026.csv.gz`;
const vix = `${shared}/data/volatility/vix_daily_1990_2026.csv.gz`;

const textOf = (file: string) => gunzipSync(readFileSync(file)).toString("latin1");

const daysOf = (file: string) =>
  new Set(
    textOf(file)
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

  it("calls the days on which a repeat was captured closed", () => {
    const instants = textOf(extra).matchAll(/^\d{4}-\d{2}-\d{2}T[^,]*/gm);
    const days = new Set([...instants].map(([at]) => newYorkDay(Date.parse(at))));
    expect([...days].map((day) => `${day} ${closureReason(day)}`).sort()).toEqual([
      "20210215 Presidents' Day",
      "20211030 Saturday",
      "20220530 Memorial Day",
      "20231104 Saturday",
    ]);
  });

  it("knows, at the instant of every capture, which session had closed last", () => {
    const captures = readFileSync(`${screener}/captures.csv`, "utf8").matchAll(
      /^([\d-]{10}),(\w+),([^,]+),/gm,
    );
    const wrong = [...captures]
      .map(([, session, exchange, at]) => ({ session, exchange, at }))
      .filter(({ session, at }) => lastClosedSession(Date.parse(at!)) !== dayKey(session!));
    expect(wrong).toEqual([]);
  });

  it("has the days on which SPY traded from 2016 to 2026, all of them and no other", () => {
    const traded = [...daysOf(funds)].sort((a, b) => a - b);
    expect(traded).toHaveLength(2515);
    expect(sessionsBetween(traded[0]!, traded.at(-1)!)).toEqual(traded);
  });

  it("has the days of the VIX since 1990, but for gaps of that file and holidays it is computed on", () => {
    const published = daysOf(vix);
    const last = Math.max(...published);
    expect(sessionsBetween(19900102, last).filter((day) => !published.has(day))).toEqual([
      19910301, 19970131, 19971126, 19991231,
    ]);
    const closed = [...published].filter((day) => !isSession(day)).sort((a, b) => a - b);
    // On the day of mourning in 2004 the file repeats the close of the day before. Since 2022 Cboe computes it in the
    // overnight sessions of its own options, which are held on holidays but never on New Year's Day, Good Friday or
    // Christmas.
    expect(closed.filter((day) => day < 20220530)).toEqual([20040611]);
    expect(new Set(closed.map((day) => closureReason(day)?.replace(" (observed)", "")))).toEqual(
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
    expect(closed).toHaveLength(33);
  });
}
