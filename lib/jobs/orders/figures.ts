/** How full the books of a shard are, and to which side they lean, for who watches the service. */
import type { Desk } from "../../orders/desk.ts";
import type { Instruments } from "../../ports.ts";

/** Levels of each side that the imbalance looks at. */
const DEPTH = 5;

/**
 * Sets `qf_orderbook_size` (orders that rest) and `qf_orderbook_imbalance` ((bid - offer) / (bid + offer) of the lots shown
 * on the best levels, meaned over the books that have both sides or one; 0 where none has).
 */
export function bookFigures(
  instruments: Pick<Instruments, "set">,
  shard: string,
  { books }: Desk,
): void {
  let orders = 0;
  const leanings: number[] = [];
  for (const { book } of books.values()) {
    orders += book.openOrders;
    const bid = shownLots(book.levels("buy", DEPTH));
    const offer = shownLots(book.levels("sell", DEPTH));
    if (bid + offer > 0) leanings.push((bid - offer) / (bid + offer));
  }
  const sum = leanings.reduce((total, one) => total + one, 0);
  instruments.set("qf_orderbook_size", { shard }, orders);
  instruments.set("qf_orderbook_imbalance", { shard }, sum / Math.max(1, leanings.length));
}

const shownLots = (levels: readonly Readonly<{ displayedLots: number }>[]): number =>
  levels.reduce((sum, { displayedLots }) => sum + displayedLots, 0);
