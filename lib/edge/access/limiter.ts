/**
 * Lets requests through by a limit, counted where all processes see it. The shared counters rise before the decision,
 * so what is let through is never more than what was counted. A process takes some requests ahead for the rest of the
 * same window and then needs no round trip for them; a refused caller is refused from memory until its wait is over.
 * Both keep the bound, since neither lets anything through that is not counted in its window.
 */
import { blockOf, type Limit, type Verdict, verdict, windowOf } from "../../access/limit.ts";
import type { Addition, Counters } from "./counters.ts";

export type Limiter = Readonly<{
  /**
   * Counts a request of a subject.
   * @param uncounted what to do when the shared counters cannot be reached: go on with those of this process, or not
   * @returns `undefined` when they cannot be reached and the request must wait for them
   */
  take: (
    subject: string,
    limit: Limit,
    cost: number,
    uncounted: "open" | "closed",
  ) => Promise<Verdict | undefined>;
  /** Ms until a subject that was refused may come again, as far as this process knows; 0 when it may. */
  blockedMs: (subject: string) => number;
}>;

/** What this process knows of a subject. */
type Account = {
  windowIndex: number;
  day: number;
  /** Counted in this window already and not used yet. */
  ahead: number;
  /** Whether all of it was counted where everybody sees it. */
  isShared: boolean;
  /** The last verdict, and when it was given. */
  last: Verdict;
  lastMs: number;
  /** Requests of at least this cost are refused until then, without asking. */
  refused: Readonly<{ verdict: Verdict; cost: number; untilMs: number }> | undefined;
};

export type LimiterOptions = Readonly<{
  /** Where all processes count; `undefined` where there is no such place, and this process counts for itself. */
  shared: () => Counters | undefined;
  own: Counters;
  nowMs: () => number;
  accountsMax?: number;
}>;

export function limiter({ shared, own, nowMs, accountsMax = 10_000 }: LimiterOptions): Limiter {
  const accounts = new Map<string, Account>();

  const keep = (subject: string, account: Account) => {
    accounts.delete(subject);
    accounts.set(subject, account);
    if (accounts.size > accountsMax) accounts.delete(accounts.keys().next().value!);
  };

  const take: Limiter["take"] = async (subject, limit, wanted, uncounted) => {
    const cost = Math.min(wanted, limit.burst);
    const now = nowMs();
    const account = accounts.get(subject);
    // What this process counted for itself alone is nothing to go on for a request that must wait to be counted.
    const isKnown = account !== undefined && (account.isShared || uncounted === "open");
    const told = isKnown ? toldAlready(account, limit, cost, now) : undefined;
    if (told) return told;

    const request = requestOf(subject, limit, cost, account, now);
    const everybody = shared();
    let counters = everybody ?? own;
    let after = await counters.add(request.addition);
    if (!after) {
      if (uncounted === "closed") return undefined;
      counters = own;
      after = (await own.add(request.addition))!;
    }
    const held = {
      current: after.current - request.addition.requests,
      previous: after.previous,
      today: after.today - request.addition.requests,
    };
    const decided = verdict(limit, request.addition.window, held, cost);
    const isAllowed = decided.outcome === "allowed";
    const ahead = isAllowed ? Math.min(request.block, decided.remaining) : 0;
    giveBack(counters, request.addition, isAllowed ? request.block - ahead : cost + request.block);
    const isShared = everybody === undefined || counters === everybody;
    const before = accounts.get(subject);
    keep(subject, accountOf(before, request.addition, decided, cost, { ahead, isShared }, now));
    return decided;
  };

  return {
    take,
    blockedMs: (subject) => Math.max(0, (accounts.get(subject)?.refused?.untilMs ?? 0) - nowMs()),
  };
}

/** The verdict that needs nobody else: a refusal that still holds, or a request that was taken ahead. */
function toldAlready(
  account: Account,
  limit: Limit,
  cost: number,
  now: number,
): Verdict | undefined {
  const { last, lastMs, refused } = account;
  const later = (told: Verdict): Verdict => ({
    ...told,
    resetMs: Math.max(0, told.resetMs - (now - lastMs)),
  });
  if (refused && now < refused.untilMs && cost >= refused.cost)
    return { ...later(refused.verdict), retryMs: refused.untilMs - now };
  if (account.windowIndex !== windowOf(limit, now).index || account.ahead < cost) return undefined;
  account.ahead -= cost;
  const remaining = Math.max(0, last.remaining - cost);
  account.last = { ...last, outcome: "allowed", retryMs: 0, remaining };
  return later(account.last);
}

/** What to add to the counters for a request, with some ahead when this is not the first of its window. */
function requestOf(
  subject: string,
  limit: Limit,
  cost: number,
  account: Account | undefined,
  now: number,
): Readonly<{ addition: Addition; block: number }> {
  const window = windowOf(limit, now);
  const isSameWindow = account?.windowIndex === window.index;
  const block = isSameWindow ? blockOf(account.last.remaining) : 0;
  const requests = cost + block;
  // What was taken ahead in an earlier window and not used went off the day's quota: here it is given back.
  const unused = account && !isSameWindow && account.day === window.day ? account.ahead : 0;
  if (account && !isSameWindow) account.ahead = 0;
  const today = limit.quotaPerDay === null ? undefined : requests - unused;
  return { addition: { subject, window, requests, today }, block };
}

/** Nobody waits for it: until it arrives others are counted too high, never too low. */
function giveBack(counters: Counters, addition: Addition, requests: number): void {
  if (requests === 0) return;
  const today = addition.today === undefined ? undefined : -requests;
  void counters.add({ ...addition, requests: -requests, today });
}

/** @param before what others have left while this request was under way */
function accountOf(
  before: Account | undefined,
  { window }: Addition,
  decided: Verdict,
  cost: number,
  { ahead, isShared }: Pick<Account, "ahead" | "isShared">,
  now: number,
): Account {
  const isAllowed = decided.outcome === "allowed";
  const left = before?.windowIndex === window.index ? before : undefined;
  return {
    windowIndex: window.index,
    day: window.day,
    ahead: ahead + (left?.ahead ?? 0),
    isShared: isShared && (left === undefined || left.isShared || left.ahead === 0),
    last: decided,
    lastMs: now,
    refused: isAllowed ? undefined : { verdict: decided, cost, untilMs: now + decided.retryMs },
  };
}
