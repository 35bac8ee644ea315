/** What happens to companies besides trading, with how often, and the record of it. */
import { LAST_DAY } from "../facts.ts";
import type { CorporateAction, SecurityRecord, TickerChange } from "../rows.ts";
import { type Company, type Line, QUARTER_SESSIONS, securityName } from "./company.ts";
import type { NameBook } from "./names.ts";

const SESSIONS_A_YEAR = 252;
/** Chances per company and year. */
export const YEARLY = {
  merger: 0.015,
  bankruptcy: 0.004,
  rename: 0.012,
  halt: 0.15,
  spinoff: 0.006,
};
const SURPRISES = ["merger", "bankruptcy", "rename", "halt", "spinoff"] as const;
const SPINOFF_MIN_CAP_USD = 1e10;
/** Many funds may not hold a share below it. */
const REVERSE_SPLIT_BELOW_USD = 5;
const SPLIT_RATIOS = [1.5, 2, 3, 4, 5, 8, 10, 15, 20];

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Everything that was ever said of the securities, in the order it happened. */
export class Chronicle {
  readonly securities: Mutable<SecurityRecord>[] = [];
  readonly actions: CorporateAction[] = [];
  readonly changes: TickerChange[] = [];
  readonly #current = new Map<Line, Mutable<SecurityRecord>>();

  list(company: Company, from: number): void {
    for (const line of company.lines) {
      const record = {
        ticker: line.ticker,
        validFrom: from,
        validTo: LAST_DAY,
        exchange: company.exchange,
        name: securityName(line),
        country: company.country,
        securityType: line.securityType,
        issuer: company.issuer,
        primaryLine: line.primaryLine,
      };
      this.securities.push(record);
      this.#current.set(line, record);
    }
  }

  /** The last session on which what is known of a company still held. */
  close(company: Company, lastSession: number): void {
    for (const line of company.lines) this.#current.get(line)!.validTo = lastSession;
  }

  act(line: Line, date: number, action: CorporateAction["action"], value: number): void {
    this.actions.push({ date, ticker: line.ticker, action, value });
  }
}

export type Session = Readonly<{
  date: number;
  previous: number;
  chronicle: Chronicle;
  names: NameBook;
}>;

/**
 * The events of a company before a session opens.
 *
 * @returns "delisted" when it trades no more; the cap of a business it spins off; otherwise nothing
 */
export function happen(
  company: Company,
  session: Session,
): "delisted" | { spunOffCap: number } | undefined {
  if (company.ending && --company.ending.sessionsLeft <= 0) {
    delist(company, session);
    return "delisted";
  }
  if (company.split && --company.split.sessionsLeft <= 0) split(company, session);
  payDividend(company, session);
  if (company.haltSessions > 0) company.haltSessions--;
  const isOrdinary = company.lines[0]!.securityType === "common" && !company.ending;
  if (!isOrdinary) return undefined;
  if (!company.split) considerSplit(company);
  return surprise(company, session);
}

function surprise(company: Company, session: Session): { spunOffCap: number } | undefined {
  const { random } = company;
  switch (surpriseOf(random.uniform() * SESSIONS_A_YEAR)) {
    case "merger":
      company.price *= random.between(1.15, 1.4);
      company.ending = {
        kind: "merger",
        sessionsLeft: 40 + random.below(60),
        finalPrice: company.price * 1.02,
      };
      company.split = undefined;
      return undefined;
    case "bankruptcy":
      company.price *= 0.35;
      company.ending = { kind: "bankruptcy", sessionsLeft: 10 + random.below(15), finalPrice: 0 };
      company.split = undefined;
      company.dividend = 0;
      return undefined;
    case "rename":
      rename(company, session);
      return undefined;
    case "halt":
      company.haltSessions = 1 + random.below(8);
      return undefined;
    case "spinoff":
      return spinOff(company, session);
    case undefined:
      return undefined;
  }
}

/** @param chance even from 0 to the sessions of a year */
function surpriseOf(chance: number): keyof typeof YEARLY | undefined {
  let limit = 0;
  for (const kind of SURPRISES) {
    limit += YEARLY[kind];
    if (chance < limit) return kind;
  }
  return undefined;
}

function delist(company: Company, { date, previous, chronicle }: Session): void {
  const { kind, finalPrice } = company.ending!;
  for (const line of company.lines) {
    const isPreferred = line.securityType === "preferred_or_debt";
    const offer = isPreferred ? 25 : finalPrice * line.priceRatio;
    chronicle.act(line, date, "delisting", kind === "merger" ? inCents(offer) : 0);
  }
  chronicle.close(company, previous);
}

function considerSplit(company: Company): void {
  const { price, random } = company;
  if (price > company.splitAbove) {
    const target = random.between(60, 150);
    const ratio = SPLIT_RATIOS.find((candidate) => price / candidate <= target) ?? 20;
    company.split = { sessionsLeft: 10 + random.below(20), ratio };
  } else if (price < REVERSE_SPLIT_BELOW_USD) {
    company.split = { sessionsLeft: 10 + random.below(20), ratio: random.pick([0.1, 0.05, 0.125]) };
  }
}

function split(company: Company, { date, chronicle }: Session): void {
  const { ratio } = company.split!;
  company.split = undefined;
  company.price /= ratio;
  company.dividend /= ratio;
  company.shares = Math.max(1, Math.round(company.shares * ratio));
  for (const line of equityLines(company)) {
    line.price /= ratio;
    chronicle.act(line, date, "split", ratio);
  }
}

function payDividend(company: Company, { date, chronicle }: Session): void {
  const exPhase = (company.phase + 5) % QUARTER_SESSIONS;
  if (company.dividend === 0 || company.sessionsListed % QUARTER_SESSIONS !== exPhase) return;
  const amount = inCents(company.dividend);
  if (amount === 0 || amount > company.price / 4) return;
  company.price -= amount;
  for (const line of equityLines(company)) {
    line.price -= amount * line.priceRatio;
    chronicle.act(line, date, "dividend", inCents(amount * line.priceRatio));
  }
}

function rename(company: Company, { date, previous, chronicle, names }: Session): void {
  const brand = names.next();
  if (!brand) return;
  chronicle.close(company, previous);
  company.brand = brand;
  for (const line of company.lines) {
    const oldTicker = line.ticker;
    line.ticker = brand.ticker + line.suffix;
    chronicle.changes.push({ date, oldTicker, newTicker: line.ticker, name: securityName(line) });
  }
  chronicle.list(company, date);
}

/** Shareholders keep the value: the price falls by the factor, the rest is a company of its own. */
function spinOff(
  company: Company,
  { date, chronicle }: Session,
): { spunOffCap: number } | undefined {
  const cap = company.price * company.shares;
  if (cap < SPINOFF_MIN_CAP_USD) return undefined;
  const factor = Math.round(1000 / (1 - company.random.between(0.05, 0.3))) / 1000;
  company.price /= factor;
  company.dividend /= factor;
  for (const line of equityLines(company)) {
    line.price /= factor;
    chronicle.act(line, date, "spinoff", factor);
  }
  return { spunOffCap: cap * (1 - 1 / factor) };
}

const equityLines = ({ lines }: Company) =>
  lines.filter((line) => line.securityType !== "preferred_or_debt");

const inCents = (usd: number) => Math.round(usd * 100) / 100;
