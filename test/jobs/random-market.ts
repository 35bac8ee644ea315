/** A market of a few names over New York sessions from a seed: halts, lost caps, splits, dividends, a rename, delistings. */

import { uniform } from "../../bench/uniform.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import type { CorporateAction, SecurityRecord, TickerChange } from "../../lib/ports.ts";
import type { Row } from "../index/market-fixture.ts";

export type RandomMarket = Readonly<{
  sessions: readonly number[];
  rows: readonly Row[];
  actions: readonly CorporateAction[];
  changes: readonly TickerChange[];
  securities: readonly SecurityRecord[];
}>;

/** @param missing sessions nobody captured */
export function randomMarket(
  seed: number,
  from: number,
  to: number,
  { names = 9, missing = [] as readonly number[] } = {},
): RandomMarket {
  const next = uniform(seed);
  const sessions = sessionsBetween(from, to).filter((date) => !missing.includes(date));
  const rows: Row[] = [];
  const actions: CorporateAction[] = [];
  const changes: TickerChange[] = [];
  const securities: SecurityRecord[] = [];
  for (let i = 0; i < names; i++) {
    let ticker = `N${String.fromCharCode(65 + i)}`;
    const shares = 1e6 * (1 + Math.floor(next() * 3));
    let price = 20 + next() * 200;
    let adjusted = shares;
    const renamedOn =
      i === 2 ? sessions[Math.floor(sessions.length * (0.3 + next() / 2))] : undefined;
    const goneOn = i === 4 ? sessions[Math.floor(sessions.length * (0.4 + next() / 2))] : undefined;
    for (const date of sessions) {
      if (date === goneOn) {
        actions.push({ date, ticker, action: "delisting", value: Math.round(price * 80) / 100 });
        break;
      }
      if (date === renamedOn) {
        changes.push({ date, oldTicker: ticker, newTicker: `${ticker}X`, name: null });
        ticker = `${ticker}X`;
      }
      if (next() < 0.01) {
        price /= 2;
        adjusted *= 2;
        actions.push({ date, ticker, action: "split", value: 2 });
      }
      if (next() < 0.02) actions.push({ date, ticker, action: "dividend", value: 0.25 });
      price = Math.max(1, Math.round(price * (0.94 + next() * 0.125) * 100) / 100);
      // The first name is priced every day, so that every session has a row.
      if (i > 0 && next() < 0.08) continue;
      const marketCap = next() < 0.03 ? null : Math.round(price * adjusted);
      rows.push({ date, ticker, close: price, marketCap });
    }
    if (i % 3 === 1) {
      const from = sessions[Math.floor(next() * sessions.length * 0.5)]!;
      securities.push(...records(ticker, from, i % 2 ? "shared" : null));
    }
  }
  return { sessions, rows, actions, changes, securities };
}

const records = (ticker: string, from: number, issuer: string | null): SecurityRecord[] => [
  {
    ticker,
    validFrom: from,
    validTo: 99991231,
    exchange: null,
    name: `${ticker} Inc.`,
    country: "United States",
    securityType: "common",
    issuer,
    primaryLine: null,
  },
];

/** The same in another order. */
export function shuffled<T>(list: readonly T[], seed: number): T[] {
  const next = uniform(seed);
  const copy = [...list];
  for (let i = copy.length - 1; i > 0; i--) {
    const j = Math.floor(next() * (i + 1));
    [copy[i], copy[j]] = [copy[j]!, copy[i]!];
  }
  return copy;
}
