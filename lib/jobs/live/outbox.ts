/** What is to go to one connection: one post at a time, while the rest waits and grows together. */
import type { Subscription } from "../../access/subscription.ts";
import type { Card } from "../../live/card.ts";
import { Pending } from "../../live/pending.ts";
import type { Instruments } from "../../metrics.ts";
import type { Slots } from "./slots.ts";
import type { Ending, Standings } from "./standings.ts";

export type Posts = Readonly<{
  post: (connectionId: string, text: string) => Promise<"done" | "gone">;
  close: (connectionId: string) => Promise<"done" | "gone">;
}>;

/** What came of posts since it was last asked. */
export type Tally = {
  frames: number;
  items: number;
  conflated: number;
  pruned: number;
  failed: number;
};

export type OutboxWorld = Readonly<{
  posts: Posts;
  standings: Standings;
  slots: Slots;
  tally: Tally;
  instruments: Pick<Instruments, "add">;
  /** Forgets a connection that is over. Never throws. */
  prune: (connectionId: string) => Promise<void>;
  nowMs: () => number;
  failuresMax: number;
  cardsMax: number;
}>;

export class Outbox {
  /** Nothing is sent any more: the connection is gone, was ended, or asks for nothing. */
  isOver = false;
  isBusy = false;
  subscription: Subscription;
  readonly #world: OutboxWorld;
  readonly #pending = new Pending();
  #failures = 0;

  constructor(world: OutboxWorld, subscription: Subscription) {
    this.#world = world;
    this.subscription = subscription;
  }

  /** Whether something waits and nobody is at it. */
  get isWaiting(): boolean {
    return !this.isBusy && !this.isOver && this.#pending.size > 0;
  }

  add(cards: readonly Card[]): void {
    this.#world.tally.conflated += this.#pending.add(cards);
  }

  /** Sends what waits, unless somebody is at it; a failure leaves it for the next time. Never throws. */
  async drain(): Promise<void> {
    if (this.isBusy) return;
    this.isBusy = true;
    while (!this.isOver && this.#pending.size > 0 && (await this.#sent()));
    this.isBusy = false;
  }

  /** @returns whether to go on at once */
  async #sent(): Promise<boolean> {
    const { standings, slots, cardsMax } = this.#world;
    const standing = await standings.of(this.subscription);
    if (standing === "away") return this.#held();
    if (standing !== undefined) return slots.run(() => this.#end(standing));
    if (this.#pending.size > cardsMax) return this.#end();
    return slots.run(() => this.#post());
  }

  async #post(): Promise<boolean> {
    const { posts, tally, nowMs } = this.#world;
    // As late as possible: what comes while others are sent still joins it.
    const frame = this.#pending.frame(new Date(nowMs()).toISOString());
    if (frame === undefined || this.isOver) return false;
    try {
      const outcome = await posts.post(this.subscription.id, frame.text);
      if (outcome === "gone") return await this.#prune("gone");
    } catch {
      this.#pending.putBack(frame.cards);
      tally.failed++;
      this.#count("failed");
      this.#failures++;
      return this.#failures < this.#world.failuresMax ? false : this.#end();
    }
    this.#failures = 0;
    tally.frames++;
    tally.items += frame.cards.length;
    this.#count("sent");
    return true;
  }

  /** What cannot be sent at present must not grow without bound either. */
  #held(): Promise<boolean> | boolean {
    return this.#pending.size > this.#world.cardsMax ? this.#end() : false;
  }

  /** Ends a connection, with a last frame where there is something to say. */
  async #end(ending?: Ending): Promise<boolean> {
    const { posts } = this.#world;
    const { id } = this.subscription;
    const quietly = (asked: Promise<unknown>) => asked.catch(() => undefined);
    if (ending) {
      const frame = { type: "error", ...ending, closing: true };
      await quietly(posts.post(id, JSON.stringify(frame)));
    }
    await quietly(posts.close(id));
    return this.#prune("ended");
  }

  async #prune(outcome: "gone" | "ended"): Promise<false> {
    this.isOver = true;
    this.#world.tally.pruned++;
    this.#count(outcome);
    await this.#world.prune(this.subscription.id);
    return false;
  }

  #count(outcome: "sent" | "gone" | "failed" | "ended"): void {
    this.#world.instruments.add("qf_live_pushes_total", { outcome });
  }
}
