/**
 * Which item is new. Frames may come twice, in another order, or not at all; by the numbers of items a client tells what
 * it knows already and what it has missed.
 */
import {
  type BarItem,
  type How,
  type IndicatorItem,
  type Item,
  type Position,
  partsOf,
  type Topic,
  type TradeItem,
  topicOf,
} from "./live-items.ts";

/** A jump: there are numbers between what is known and this item. */
export type Verdict = "new" | "old" | "jump";

type Window = { seq: number; start: string; atTrade: number };
type Account = { seq: number | undefined; timeMs: number; windows: Map<string, Window> };

/** When a later trade has a lower number by so much of time, the service has begun to count anew. */
const ANEW_MS = 60_000;

/** The first number an item stands for. */
export const firstSeq = (item: Item): number =>
  item.channel === "trades" ? item.first_seq : item.seq;

export const isPartial = (item: Item): boolean => item.channel === "bars" && item.partial;

export class Known {
  readonly #accounts = new Map<Topic, Account>();

  /** The highest number known; `undefined` before the first item. */
  seq(topic: Topic): number | undefined {
    return this.#accounts.get(topic)?.seq;
  }

  positions(topics: Iterable<Topic>): Position[] {
    return [...topics].flatMap((topic) => {
      const seq = this.seq(topic);
      return seq === undefined ? [] : [{ ...partsOf(topic), seq }];
    });
  }

  judge(item: Item, how: How): Verdict {
    const account = this.#accounts.get(topicOf(item));
    if (account === undefined) return "new";
    const { channel } = item;
    if (channel === "indicators") return isLater(item, account);
    if (channel === "bars" && item.partial) return isFurther(item, account);
    const seen = channel === "bars" ? account.windows.get(item.window)?.seq : account.seq;
    if (seen !== undefined && item.seq <= seen) return "old";
    const isJump = account.seq !== undefined && firstSeq(item) > account.seq + 1;
    return how === "stream" && isJump ? "jump" : "new";
  }

  /** Whether the service has forgotten its numbers and counts from the beginning: nothing known holds any more. */
  isAnew(item: Item): boolean {
    const account = this.#accounts.get(topicOf(item));
    if (account?.seq === undefined || item.seq >= account.seq) return false;
    if (item.channel === "trades") return Date.parse(item.time) > account.timeMs + ANEW_MS;
    if (item.channel !== "bars" || item.partial) return false;
    const window = account.windows.get(item.window);
    return window !== undefined && item.seq < window.seq && item.start > window.start;
  }

  take(item: Item): void {
    const account = this.#account(topicOf(item));
    if (item.channel === "bars" || item.channel === "indicators") noteWindow(account, item);
    if (item.channel === "trades") noteTime(account, item);
    // A partial bar names the last final one: that is where a client begins that was told of none.
    if (isPartial(item)) account.seq ??= item.seq;
    else account.seq = Math.max(account.seq ?? 0, item.seq);
  }

  /** Goes on behind numbers that nobody can tell. */
  skip(topic: Topic, to: number): void {
    const account = this.#account(topic);
    account.seq = Math.max(account.seq ?? 0, to);
  }

  forget(topic: Topic): void {
    this.#accounts.delete(topic);
  }

  #account(topic: Topic): Account {
    const known = this.#accounts.get(topic);
    if (known) return known;
    const made = { seq: undefined, timeMs: Number.NEGATIVE_INFINITY, windows: new Map() };
    this.#accounts.set(topic, made);
    return made;
  }
}

const isLater = (item: IndicatorItem, { windows }: Account): Verdict =>
  item.seq > (windows.get(item.window)?.seq ?? -1) ? "new" : "old";

/** A partial bar gives way to a later look at it, and to the final bar of the same time. */
function isFurther({ window, start, at_trade = 0 }: BarItem, { windows }: Account): Verdict {
  const known = windows.get(window);
  return known === undefined || (at_trade > known.atTrade && start > known.start) ? "new" : "old";
}

function noteWindow({ windows }: Account, item: BarItem | IndicatorItem): void {
  const known = windows.get(item.window) ?? { seq: -1, start: "", atTrade: -1 };
  windows.set(item.window, known);
  if (item.channel === "bars" && item.partial) {
    known.atTrade = Math.max(known.atTrade, item.at_trade ?? 0);
    return;
  }
  known.seq = Math.max(known.seq, item.seq);
  if (item.channel === "bars" && item.start > known.start) known.start = item.start;
}

function noteTime(account: Account, { time }: TradeItem): void {
  account.timeMs = Math.max(account.timeMs, Date.parse(time));
}
