/**
 * What a client makes of the items that come: each new one is handed on once, in the order of its numbers. After a jump
 * the later items wait until what is missing was asked for; what nobody can tell any more is reported and passed over.
 */

import {
  type Gap,
  type How,
  type Item,
  type Position,
  partsOf,
  type Topic,
  topicOf,
} from "./live-items.ts";
import { firstSeq, isPartial, Known } from "./live-known.ts";

export type InboxOptions = Readonly<{
  onItem: (item: Item, how: How) => void;
  onGap: (gap: Gap) => void;
  /** Something is to be asked for: see {@link Inbox.positions}. */
  onMissing: () => void;
}>;

type Held = Readonly<{ item: Item; how: How }>;

/** Above it the oldest are let go, and asked for again. */
const HELD_MAX = 2_000;

export class Inbox {
  readonly #options: InboxOptions;
  readonly #known = new Known();
  readonly #wanted = new Set<Topic>();
  /** Of which something is missing, with the position from which it was asked for, once it was. */
  readonly #missing = new Map<Topic, number | undefined>();
  readonly #held = new Map<Topic, Held[]>();

  constructor(options: InboxOptions) {
    this.#options = options;
  }

  want(topics: readonly Topic[]): void {
    for (const topic of topics) this.#wanted.add(topic);
  }

  unwant(topics: readonly Topic[]): void {
    for (const topic of topics) {
      this.#wanted.delete(topic);
      this.#forget(topic);
    }
  }

  get wanted(): readonly Topic[] {
    return [...this.#wanted];
  }

  /** A connection is over: of everything known something may be missing when the next one tells. */
  interrupted(): void {
    for (const topic of this.#told()) this.#missing.set(topic, undefined);
  }

  /** The snapshot of these topics is whole: one without an item has had none, or none that can still be told. */
  subscribed(topics: readonly Topic[]): void {
    for (const topic of topics) if (this.#wanted.has(topic)) this.#known.skip(topic, 0);
  }

  /** What is to be asked for and was not yet. */
  get positions(): readonly Position[] {
    const open = [...this.#missing].filter(([, asked]) => asked === undefined);
    return this.#known.positions(open.map(([topic]) => topic));
  }

  /** These are being asked for. */
  asked(positions: readonly Position[]): void {
    for (const position of positions) this.#missing.set(topicOf(position), position.seq);
  }

  receive(items: readonly Item[], how: How): void {
    for (const item of items) this.#receive({ item, how });
  }

  /**
   * The last frame that answers these positions.
   * @param isComplete whether it told all that came after them
   */
  resumed(positions: readonly Position[], gaps: readonly Gap[], isComplete: boolean): void {
    for (const gap of gaps) this.#passOver(gap);
    const seqOf = (position: Position) => this.#known.seq(topicOf(position)) ?? 0;
    const isCutOff = !isComplete && positions.some((one) => seqOf(one) > one.seq);
    for (const position of positions) {
      const topic = topicOf(position);
      if (!this.#missing.has(topic)) continue;
      // Cut off: some have come further, and of others the turn did not come.
      if (isCutOff) {
        this.#miss(topic);
        continue;
      }
      this.#missing.delete(topic);
      this.#release(topic, seqOf(position) > position.seq);
    }
  }

  #receive(held: Held): void {
    const { item, how } = held;
    const topic = topicOf(item);
    if (!this.#wanted.has(topic)) return;
    if (this.#known.isAnew(item)) this.#startAnew(item.symbol);
    const isMissing = this.#missing.has(topic) && how !== "resumed";
    const isInOrder = how === "stream" && item.channel !== "indicators";
    if (isMissing && !isInOrder && !isPartial(item)) {
      this.#hold(topic, held);
      return;
    }
    const verdict = this.#known.judge(item, how);
    if (verdict === "old") return;
    if (verdict === "jump") {
      this.#hold(topic, held);
      if (!isMissing) this.#lost();
      return;
    }
    this.#known.take(item);
    this.#options.onItem(item, how);
    // What came too early may follow now.
    if (how === "stream" && this.#held.has(topic) && !isPartial(item)) this.#letFollow(topic);
  }

  #letFollow(topic: Topic): void {
    const all = (this.#held.get(topic) ?? []).toSorted((a, b) => a.item.seq - b.item.seq);
    this.#held.set(topic, all);
    for (let next = all[0]; next; next = all[0]) {
      if (next.how !== "stream" || this.#known.judge(next.item, "stream") === "jump") return;
      all.shift();
      if (this.#known.judge(next.item, "stream") === "old") continue;
      this.#known.take(next.item);
      this.#options.onItem(next.item, next.how);
    }
    this.#held.delete(topic);
  }

  /** What waited for an answer comes; a jump that is left is asked for again while that brings something. */
  #release(topic: Topic, isFurther: boolean): void {
    const all = (this.#held.get(topic) ?? []).toSorted((a, b) => a.item.seq - b.item.seq);
    this.#held.delete(topic);
    for (const held of all) {
      const { item, how } = held;
      const isJump = this.#known.judge(item, how) === "jump";
      if (isJump && !isFurther && !this.#missing.has(topic)) {
        const from = (this.#known.seq(topic) ?? 0) + 1;
        this.#passOver({ ...partsOf(topic), from, to: firstSeq(item) - 1 });
      }
      this.#receive(held);
    }
  }

  #passOver(gap: Gap): void {
    const topic = topicOf(gap);
    if (!this.#wanted.has(topic)) return;
    this.#known.skip(topic, gap.to);
    // From the first number on: that was before this client was told of anything, so it has missed nothing.
    if (gap.from > 1) this.#options.onGap(gap);
  }

  #hold(topic: Topic, held: Held): void {
    const all = this.#held.get(topic) ?? [];
    all.push(held);
    if (all.length > HELD_MAX) all.shift();
    this.#held.set(topic, all);
  }

  /**
   * A frame was lost. Only who comes next shows a jump, and a frame has items of many: an anomaly may be the last of its
   * symbol for a day.
   */
  #lost(): void {
    for (const topic of this.#told())
      if (!this.#missing.has(topic)) this.#missing.set(topic, undefined);
    this.#options.onMissing();
  }

  #told(): Topic[] {
    return this.wanted.filter((topic) => this.#known.seq(topic) !== undefined);
  }

  #miss(topic: Topic): void {
    this.#missing.set(topic, undefined);
    this.#options.onMissing();
  }

  #startAnew(symbol: string): void {
    for (const topic of this.#wanted) if (partsOf(topic).symbol === symbol) this.#forget(topic);
  }

  #forget(topic: Topic): void {
    this.#known.forget(topic);
    this.#missing.delete(topic);
    this.#held.delete(topic);
  }
}
