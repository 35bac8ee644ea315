/** The market of the service runs: a simulated one of a few names, stored up to the end of 2023, and the evenings after it. */

import { nextSession, sessionsBetween } from "../../../lib/market/sessions.ts";
import type { MarketSource } from "../../../lib/ports.ts";
import { marketSource } from "../../../lib/sources/market-source.ts";

export const FIRST = 20231204;
/** The last session that is stored before a run. */
export const STORED = 20231228;
const EVENINGS_MAX = 12;

const ORIGIN = { seed: 7, tickers: 12 };

/** The index that is there before a run, and one that is built in it. */
export const INDEX = { id: "five", size: 5 };
export const OTHER_INDEX = { id: "three", size: 3, rebalance: "monthly" };

/** The simulated market up to a session, as the scheduled ingestion asks for it. */
export const simulatedUpTo = (last: number): MarketSource =>
  marketSource({ source: "simulate", ...ORIGIN, sessions: sessionsBetween(FIRST, last) });

/** Sessions after the stored ones, in order: each is an evening of a run. */
export const EVENINGS: readonly number[] = (() => {
  const days: number[] = [];
  for (let day = nextSession(STORED); days.length < EVENINGS_MAX; day = nextSession(day)) {
    days.push(day);
  }
  return days;
})();

/** The days readers ask about: those a run may come to, and the last that is stored before it. */
export const DAYS: readonly number[] = [FIRST, STORED, ...EVENINGS];

/** When the schedule fires on a session: 22:30 UTC. */
export const eveningMs = (day: number): number =>
  Date.UTC(Math.floor(day / 10_000), (Math.floor(day / 100) % 100) - 1, day % 100, 22, 30);
