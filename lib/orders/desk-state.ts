/** A desk as bytes and back: with the records after it, all of a shard. */
import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import type { Units } from "./command.ts";
import { Desk, type DeskBook } from "./desk.ts";
import { Ledger, type LedgerState } from "./ledger.ts";
import { type BookSnapshot, restored, snapshot } from "./snapshot.ts";

const FORMAT = 1;

type BookState = Readonly<{ symbol: string; units: Units; book: BookSnapshot }>;

type DeskState = Readonly<{
  format: number;
  last_seq: string;
  last_ms: number;
  books: readonly BookState[];
  ledger: LedgerState;
}>;

const stateOf = ({ lastSeq, lastMs, books, ledger }: Desk): DeskState => ({
  format: FORMAT,
  last_seq: lastSeq,
  last_ms: lastMs,
  books: [...books.values()]
    .sort((a, b) => (a.symbol < b.symbol ? -1 : 1))
    .map(({ symbol, units, book }) => ({ symbol, units, book: snapshot(book) })),
  ledger: ledger.export(),
});

export const exportDesk = (desk: Desk): Uint8Array =>
  new TextEncoder().encode(JSON.stringify(stateOf(desk)));

/** Equal for desks that are the same, however they came to be. */
export const deskHash = (desk: Desk): string =>
  createHash("sha256").update(exportDesk(desk)).digest("hex");

/** @throws AppError BAD_FILE for bytes that {@link exportDesk} has not made */
export function restoreDesk(bytes: Uint8Array): Desk {
  try {
    const state = JSON.parse(new TextDecoder().decode(bytes)) as DeskState;
    if (state.format !== FORMAT) throw new Error(`format must be ${FORMAT}, was ${state.format}`);
    const books = state.books.map(
      ({ symbol, units, book }): DeskBook => ({ symbol, units, book: restored(book) }),
    );
    return new Desk(state.last_seq, state.last_ms, books, Ledger.restore(state.ledger));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError(
      "BAD_FILE",
      `the state of a desk cannot be read: ${why}`,
      {},
      { cause: error },
    );
  }
}
