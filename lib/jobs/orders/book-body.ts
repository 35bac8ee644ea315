/** A book as it stands on the wire. What is hidden is not told, and cannot be worked out of what is. */
import { Book } from "../../orders/book.ts";
import type { Units } from "../../orders/command.ts";
import type { Side } from "../../orders/order.ts";
import { placesOf, ratioText } from "../../orders/ratio.ts";
import { checksum } from "../../orders/snapshot.ts";
import { priceText, sizeText } from "./units.ts";

/** Levels of each side that the checksum is over, whatever depth was asked for. */
const CHECKED_LEVELS = 10;

/** What a symbol has before its first order. */
export const emptyBook = (symbol: string, units: Units) => ({ symbol, units, book: new Book() });

export function bookOnWire(
  { symbol, units, book }: Readonly<{ symbol: string; units: Units; book: Book }>,
  depth: number,
) {
  const levels = (side: Side) =>
    book.levels(side, depth).map(({ priceTicks, displayedLots, orders }) => ({
      price: priceText(priceTicks, units),
      quantity: sizeText(displayedLots, units),
      orders,
    }));
  const { bestBidTicks: bid, bestOfferTicks: offer, lastTicks } = book;
  const hasBoth = bid !== undefined && offer !== undefined;
  return {
    symbol,
    bids: levels("buy"),
    asks: levels("sell"),
    spread: hasBoth ? priceText(offer - bid, units) : null,
    mid: hasBoth ? midPrice(bid, offer, units) : null,
    last_price: lastTicks === undefined ? null : priceText(lastTicks, units),
    sequence: book.sequence,
    checksum: checksum(book, CHECKED_LEVELS),
    tick_size: units.tickSize,
    lot_size: units.lotSize,
  };
}

/** It may lie between two ticks: one place more than a tick has is enough. */
const midPrice = (bid: number, offer: number, { tickSize }: Units): string =>
  ratioText(BigInt(bid) + BigInt(offer), 2n, tickSize, placesOf(tickSize) + 1);
