/**
 * Tells live connections what a batch of the stream has changed: each what it subscribed to, in one frame where it fits.
 * A connection whose post is still under way is not waited for the next time; what comes meanwhile waits for it in
 * little room (lib/live/pending.ts), and goes when that post has ended. Nothing here throws, and a batch is held up no
 * longer than the deadline.
 */
import type { Subscription } from "../../access/subscription.ts";
import { type Audience, audienceOf, deliveries } from "../../live/audience.ts";
import type { Instruments } from "../../metrics.ts";
import type { BatchUpdates, FormingBars } from "../../stream/updates.ts";
import { Outbox, type OutboxWorld, type Posts, type Tally } from "./outbox.ts";
import { Slots } from "./slots.ts";
import { type Keys, Standings } from "./standings.ts";

export type LivePushOptions = Readonly<{
  /** Never throws; the same list as long as nothing has changed. */
  subscriptions: Readonly<{
    all: (version?: string | null) => Promise<readonly Subscription[]>;
    remove: (connectionId: string) => Promise<void>;
  }>;
  posts: Posts;
  /** `undefined` where no keys are asked for. */
  keys: Keys | undefined;
  instruments: Pick<Instruments, "add" | "observe">;
  nowMs: () => number;
  /** Longest time a push waits for its posts, 250 ms by default. */
  deadlineMs?: number;
  /** Posts under way at once, 64 by default. */
  postsMax?: number;
  /** A connection is ended after so many posts in a row that failed, 5 by default. */
  failuresMax?: number;
  /** A connection is ended when so many items wait for it, 10,000 by default. */
  cardsMax?: number;
}>;

/** What came of posts since the report before, and how many connections are behind. */
export type PushReport = Readonly<
  Tally & {
    /** To which this batch has something to say. */
    connections: number;
    /** For which something waits or is under way. */
    slow: number;
  }
>;

export type LivePush = Readonly<{
  /**
   * @param version of the subscriptions, where somebody has read it along with something else
   * @param forming asked for the symbols that have changed and are watched
   */
  push: (
    updates: BatchUpdates,
    version?: string | null,
    forming?: FormingBars,
  ) => Promise<PushReport>;
  /** Ends when no post is under way. */
  settled: () => Promise<void>;
}>;

const NOTHING: Tally = { frames: 0, items: 0, conflated: 0, pruned: 0, failed: 0 };

export function livePush(options: LivePushOptions): LivePush {
  const { subscriptions, instruments, nowMs, deadlineMs = 250, postsMax = 64 } = options;
  const tally: Tally = { ...NOTHING };
  const standings = new Standings(options.keys, nowMs);
  const world: OutboxWorld = {
    posts: options.posts,
    standings,
    slots: new Slots(postsMax),
    tally,
    instruments,
    prune: subscriptions.remove,
    nowMs,
    failuresMax: options.failuresMax ?? 5,
    cardsMax: options.cardsMax ?? 10_000,
  };
  const outboxes = new Map<string, Outbox>();
  const underWay = new Set<Promise<void>>();
  let listed: readonly Subscription[] | undefined;
  let audience: Audience = audienceOf([]);

  const relist = (now: readonly Subscription[]) => {
    if (now === listed) return;
    listed = now;
    audience = audienceOf(now);
    const ids = new Set(now.map(({ id }) => id));
    for (const [id, outbox] of outboxes) {
      if (ids.has(id)) continue;
      outbox.isOver = true;
      outboxes.delete(id);
    }
    for (const one of now) {
      const known = outboxes.get(one.id);
      if (known) known.subscription = one;
      else outboxes.set(one.id, new Outbox(world, one));
    }
  };

  const drained = (outbox: Outbox): Promise<void> => {
    const work = outbox.drain().finally(() => underWay.delete(work));
    underWay.add(work);
    return work;
  };

  const report = (connections: number): PushReport => {
    const slow = [...outboxes.values()].filter((one) => one.isBusy || one.isWaiting).length;
    const told = { connections, slow, ...tally };
    Object.assign(tally, NOTHING);
    return told;
  };

  return {
    async push(final, version, forming = () => []) {
      const startedMs = nowMs();
      relist(await subscriptions.all(version));
      if (options.keys) void standings.look(listed ?? []);
      const changed = final.trades.map(({ symbol }) => symbol);
      const watched = changed.filter((symbol) => audience.bars.has(symbol));
      const updates = { ...final, bars: [...final.bars, ...forming(watched)] };
      const hands = deliveries(updates, audience);
      for (const [id, cards] of hands) outboxes.get(id)?.add(cards);
      // One whose post is under way from before goes on by itself. What failed before is tried again.
      const begun = [...outboxes.values()].filter(({ isWaiting }) => isWaiting).map(drained);
      await within(deadlineMs, Promise.all(begun));
      for (const [id, { isOver }] of outboxes) if (isOver) outboxes.delete(id);
      const seconds = (nowMs() - startedMs) / 1000;
      if (hands.size > 0) instruments.observe("qf_live_push_seconds", {}, seconds);
      return report(hands.size);
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}
