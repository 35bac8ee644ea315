/**
 * What the gate remembers of each name, in columns by symbol. All of it follows from the last HISTORY_SESSIONS stored
 * sessions: closes, volumes, market caps as stored and as delivered.
 */
import { AppError } from "../../errors.ts";
import { isoDay } from "../../time.ts";
import { sessionsBetween } from "../sessions.ts";
import { isMultiple, isNear, splitRatio, spread } from "./ratio.ts";
import type { GateSettings } from "./settings.ts";

/** A row as it is stored; reused from row to row. */
export type StoredRow = {
  symbol: number;
  close: number;
  volume: number;
  marketCap: number;
  /** The vendor's market cap: the stored one unless that was repaired; not positive = none. */
  delivered: number;
  /** The split between the name's last row and this one, new shares per old. */
  ratio: number;
};

/** A number of shares that is delivered and not believed: on how many sessions so far, and how many it takes. */
export type Waiting = Readonly<{ level: number; sessions: number; needed: number }>;

/** How long a split or spin-off may explain a multiple, in sessions. */
const FACTOR_SESSIONS = 60;
/** How long a number of shares is remembered after another one was believed, in sessions. */
const PRIOR_SESSIONS = 45;

const INTEGERS = ["lastSession", "lastDate", "seen", "capless"] as const;
const OWN_INTEGERS = ["since", "waited", "needed", "priorSession", "factorSession"] as const;
const DOUBLES = ["close", "volume", "shares"] as const;
const OWN_DOUBLES = ["level", "prior", "factor"] as const;

type Columns = Record<(typeof OWN_INTEGERS)[number], Int32Array> &
  Record<(typeof OWN_DOUBLES)[number], Float64Array>;

export class Memory {
  readonly #settings: GateSettings;
  /** Number of the present session and its day; the day before it. */
  session = 0;
  date = 0;
  previousDate = 0;
  /** Sessions of the calendar between these two of which nothing was fed. */
  missed: readonly number[] = [];
  /** Ids up to here may be known. */
  symbols = 0;
  /** Of the last row: the number of its session, and its day. */
  lastSession = new Int32Array(0);
  lastDate = new Int32Array(0);
  close = new Float64Array(0);
  volume = new Float64Array(0);
  /** Shares by the last stored market cap; 0 = not known. */
  shares = new Float64Array(0);
  exchange = new Uint8Array(0);
  /** The last session whose delivery has a row of the name, whatever became of it. */
  seen = new Int32Array(0);
  /** Sessions in a row whose market cap was filled in. */
  capless = new Int32Array(0);
  /**
   * since: the session from which the name is known. level, waited, needed: see {@link Waiting}. prior: the number of
   * shares believed before the present one, priorSession: when that ended. factor: the last split ratio or spin-off
   * factor, factorSession: when it was.
   */
  readonly #own: Columns;

  constructor(settings: GateSettings) {
    this.#settings = settings;
    this.#own = {
      since: this.seen,
      waited: this.seen,
      needed: this.seen,
      priorSession: this.seen,
      factorSession: this.seen,
      level: this.close,
      prior: this.close,
      factor: this.close,
    };
  }

  /** Goes on to the next session. @throws AppError DEGENERATE_INPUT unless it is later than the last one */
  begin(date: number): void {
    if (!(date > this.date)) {
      throw new AppError(
        "DEGENERATE_INPUT",
        `the gate takes sessions in ascending order: ${isoDay(date)} came after ${isoDay(this.date)}`,
        { date: isoDay(date), last: isoDay(this.date) },
      );
    }
    this.session++;
    this.previousDate = this.date;
    this.date = date;
    this.missed = this.session === 1 ? [] : sessionsBetween(this.previousDate + 1, date - 1);
  }

  /** Makes room for a symbol. */
  meet(symbol: number): void {
    if (symbol >= this.close.length) this.#grow(Math.max(2048, 2 * symbol));
    if (symbol > this.symbols) this.symbols = symbol;
  }

  /** Whether the name had a row within the last sessions, so that it is still the same. */
  isRecent(symbol: number): boolean {
    const last = this.lastSession[symbol]!;
    return last > 0 && this.session - last <= this.#settings.absentSessions;
  }

  /** Shares the name has by what was stored; 0 = not known. */
  trusted(symbol: number): number {
    return this.isRecent(symbol) ? this.shares[symbol]! : 0;
  }

  noteFactor(symbol: number, factor: number): void {
    this.#own.factor[symbol] = factor;
    this.#own.factorSession[symbol] = this.session;
  }

  /** The split ratio or spin-off factor of a name's last weeks; 1 if there was none. */
  recentFactor(symbol: number): number {
    const since = this.#own.factorSession[symbol]!;
    const isFresh = since > 0 && this.session - since < FACTOR_SESSIONS;
    return isFresh ? this.#own.factor[symbol]! : 1;
  }

  /** Whether a number of shares is the one that was believed until lately. */
  isPrior(symbol: number, level: number, ratio: number): boolean {
    const { prior, priorSession } = this.#own;
    const isFresh = this.session - priorSession[symbol]! < PRIOR_SESSIONS;
    const was = prior[symbol]! * ratio;
    return was > 0 && isFresh && isNear(level, was, 2 * this.#settings.flatness);
  }

  /** How a number of shares stands that is not the trusted one. */
  waiting(symbol: number, level: number, trusted: number, ratio: number): Waiting {
    const sessions = this.#own.waited[symbol]!;
    const needed = this.#own.needed[symbol]!;
    const was = this.#own.level[symbol]! * ratio;
    if (sessions > 0 && isNear(level, was, this.#settings.flatness)) {
      return { level, sessions: sessions + 1, needed };
    }
    // A new number that is then multiplied by mistake is still the new number.
    if (sessions > 0 && needed <= this.#settings.plainSessions && splitRatio(level / was, 0.001)) {
      return { level: was, sessions: sessions + 1, needed };
    }
    return { level, sessions: 1, needed: this.#sessionsNeeded(symbol, level / trusted) };
  }

  /** As long as the name has been known at most: then one number is as good as the other. */
  #sessionsNeeded(symbol: number, factor: number): number {
    const { plainSessions, suspectSessions, knownSessions, wildFactor } = this.#settings;
    const own = this.recentFactor(symbol);
    const isSuspect =
      spread(factor) >= wildFactor ||
      isMultiple(factor) ||
      (own !== 1 && isNear(spread(factor), spread(own), 0.005));
    const needed = isSuspect ? suspectSessions : plainSessions;
    const known = this.session - this.#own.since[symbol]!;
    return known >= knownSessions || splitRatio(factor, 1e-4) ? needed : Math.min(needed, known);
  }

  store(row: StoredRow): void {
    const { symbol, close, volume, marketCap, ratio } = row;
    if (!this.isRecent(symbol)) this.#forget(symbol);
    const trusted = this.shares[symbol]! * ratio;
    const shares = marketCap > 0 ? marketCap / close : 0;
    this.#level(symbol, shares, trusted, ratio);
    if (row.delivered === marketCap || shares === 0) {
      this.#own.waited[symbol] = 0;
      this.capless[symbol] = 0;
    } else this.#wait(row, shares);
    this.shares[symbol] = shares;
    this.close[symbol] = close;
    this.volume[symbol] = volume;
    this.lastSession[symbol] = this.session;
    this.lastDate[symbol] = this.date;
  }

  /** What the stored number of shares says of the one before. */
  #level(symbol: number, shares: number, trusted: number, ratio: number): void {
    const { since, waited, prior, priorSession } = this.#own;
    if (shares === 0 || trusted === 0) {
      since[symbol] = this.session;
      waited[symbol] = 0;
      prior[symbol] = 0;
    } else if (spread(shares / trusted) > this.#settings.jumpFactor) {
      // Another number was believed. Should the one before come back, then that was the truth.
      prior[symbol] = this.isPrior(symbol, shares, ratio) ? 0 : trusted;
      priorSession[symbol] = this.session;
      waited[symbol] = 0;
    } else prior[symbol]! *= ratio;
  }

  #wait({ symbol, close, delivered, ratio }: StoredRow, shares: number): void {
    const { level, waited, needed } = this.#own;
    if (!(delivered > 0)) {
      this.capless[symbol]!++;
      waited[symbol] = 0;
      return;
    }
    const waiting = this.waiting(symbol, delivered / close, shares, ratio);
    level[symbol] = waiting.level;
    waited[symbol] = waiting.sessions;
    needed[symbol] = waiting.needed;
    this.capless[symbol] = 0;
  }

  #forget(symbol: number): void {
    this.shares[symbol] = 0;
    this.capless[symbol] = 0;
    this.#own.factorSession[symbol] = 0;
  }

  #grow(capacity: number): void {
    for (const name of INTEGERS) this[name] = widened(this[name], new Int32Array(capacity));
    for (const name of DOUBLES) this[name] = widened(this[name], new Float64Array(capacity));
    for (const name of OWN_INTEGERS) {
      this.#own[name] = widened(this.#own[name], new Int32Array(capacity));
    }
    for (const name of OWN_DOUBLES) {
      this.#own[name] = widened(this.#own[name], new Float64Array(capacity));
    }
    this.exchange = widened(this.exchange, new Uint8Array(capacity));
  }
}

function widened<Column extends Int32Array | Float64Array | Uint8Array>(
  column: Column,
  wider: Column,
): Column {
  wider.set(column);
  return wider;
}
