/**
 * What waits for one connection while it is slow. It stays small by itself: trades of a symbol add up, the forming bar and
 * the readings of a window are replaced by later ones. Final bars and anomalies all stay, in order.
 */
import type { Card } from "./card.ts";

/** What a frame of API Gateway may carry. */
export const FRAME_BYTES_MAX = 32 * 1024;

export type DataFrame = Readonly<{ text: string; cards: readonly Card[] }>;

export class Pending {
  #cards = new Map<string, Card>();

  get size(): number {
    return this.#cards.size;
  }

  /** @returns how many gave way to a later one, or were added to one */
  add(cards: Iterable<Card>): number {
    let conflated = 0;
    for (const card of cards) {
      const known = this.#cards.get(card.name);
      if (known === undefined) {
        this.#cards.set(card.name, card);
        continue;
      }
      conflated++;
      // In its old place, so that nothing that changes all the time waits for ever; a window that has rolled on comes
      // behind the final bars of the one before.
      if (known.timeMs !== card.timeMs) this.#cards.delete(card.name);
      this.#cards.set(card.name, known.mergedWith(card));
    }
    return conflated;
  }

  /** Takes the oldest cards that fit into one frame, one at least; `undefined` when nothing waits. */
  frame(sentAt: string, bytesMax: number = FRAME_BYTES_MAX): DataFrame | undefined {
    const head = `{"type":"data","sent_at":"${sentAt}","items":[`;
    const texts: string[] = [];
    let bytes = head.length + "]}".length;
    const cards: Card[] = [];
    for (const card of this.#cards.values()) {
      const more = card.bytes + (cards.length > 0 ? 1 : 0);
      if (cards.length > 0 && bytes + more > bytesMax) break;
      texts.push(card.text);
      bytes += more;
      cards.push(card);
    }
    if (cards.length === 0) return undefined;
    if (cards.length === this.#cards.size) this.#cards.clear();
    else for (const { name } of cards) this.#cards.delete(name);
    // Joined at once: a text that is put together piece by piece is copied again when it is sent.
    texts[0] = head + texts[0];
    texts[texts.length - 1] += "]}";
    return { text: texts.join(","), cards };
  }

  /** Puts cards that were taken and could not be sent before everything that came since. */
  putBack(cards: readonly Card[]): void {
    const since = [...this.#cards.values()];
    this.#cards = new Map();
    this.add(cards);
    this.add(since);
  }
}
