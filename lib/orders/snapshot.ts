/**
 * A book as plain JSON and back. A snapshot and the commands after it come to the same book as all commands: the same
 * results, trade numbers, places in the queues and hash.
 */
import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import { Book } from "./book.ts";
import { crc32 } from "./crc32.ts";
import { SNAPSHOT_FORMAT, snapshotFault } from "./snapshot-fault.ts";
import type { BookState } from "./state.ts";

/** JSON keeps it as it is: whole numbers, text, and members that are absent rather than undefined. */
export type BookSnapshot = Readonly<{ format: typeof SNAPSHOT_FORMAT }> & BookState;

/** Equal books give equal snapshots, member by member and in the same order. */
export const snapshot = (book: Book): BookSnapshot => ({ format: SNAPSHOT_FORMAT, ...book.state });

/** @throws AppError BAD_FILE when it is no snapshot of a book; `details.reason` is a {@link SnapshotFault} */
export function restored(value: unknown): Book {
  const fault = snapshotFault(value);
  if (fault !== undefined) {
    const [reason, where] = fault;
    throw new AppError("BAD_FILE", `no snapshot of an order book: ${where}`, { reason });
  }
  return new Book(value as BookState);
}

/** sha256 (hex) of the snapshot's JSON: equal for equal books, commands counted. */
export const stateHash = (book: Book): string =>
  createHash("sha256")
    .update(JSON.stringify(snapshot(book)))
    .digest("hex");

/**
 * Small check on the best levels for those who keep a copy: the CRC-32, without sign, of
 * "bid price:bid lots:offer price:offer lots:..." in ticks and displayed lots, best level first, where a side that has
 * fewer levels is left out. An empty book has the checksum 0.
 */
export function checksum(book: Book, depth = 10): number {
  const bids = book.levels("buy", depth);
  const offers = book.levels("sell", depth);
  const parts: number[] = [];
  for (let at = 0; at < Math.max(bids.length, offers.length); at++) {
    for (const level of [bids[at], offers[at]]) {
      if (level !== undefined) parts.push(level.priceTicks, level.displayedLots);
    }
  }
  return crc32(parts.join(":"));
}
