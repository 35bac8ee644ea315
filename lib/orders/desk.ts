/**
 * The books of one shard of the log `orders`, and the orders in them as their owners see them. A desk is a function of the
 * records it has taken: the same records make the same books, the same trades and the same state, whoever takes them.
 */
import type { LogRecord } from "../ports.ts";
import { Book } from "./book.ts";
import {
  type AmendCommand,
  type CancelCommand,
  decodeCommand,
  type EndDayCommand,
  type LogCommand,
  type SubmitCommand,
  type Units,
} from "./command.ts";
import { Ledger } from "./ledger.ts";
import type { Command, Result } from "./order.ts";
import type { ClosedReason, Execution, OrderRecord } from "./record.ts";

/** How long a closed order is known here, and an id cannot come again; a day and an hour. */
export const KEPT_MS = 25 * 3_600_000;

/** A book, and what a tick and a lot of it are. */
export type DeskBook = Readonly<{ symbol: string; units: Units; book: Book }>;

export type Taken = Readonly<{
  seq: string;
  timeMs: number;
  kind: LogCommand["kind"];
  symbol: string;
  outcome: "placed" | "amended" | "cancelled" | "day_ended" | "refused" | "repeated";
  /** Orders that ended; they change no more. */
  closed: readonly OrderRecord[];
  executions: readonly Execution[];
}>;

export type Damaged = Readonly<{ seq: string; fault: string }>;

type Context = Readonly<{ seq: string; timeMs: number }>;

export class Desk {
  /** The last number taken. */
  lastSeq: string;
  /** Time of the newest record, epoch ms; it never goes back. */
  lastMs: number;
  readonly books: Map<string, DeskBook>;
  readonly ledger: Ledger;

  constructor(
    lastSeq = "0",
    lastMs = 0,
    books: Iterable<DeskBook> = [],
    ledger: Ledger = new Ledger(),
  ) {
    this.lastSeq = lastSeq;
    this.lastMs = lastMs;
    this.books = new Map([...books].map((book) => [book.symbol, book]));
    this.ledger = ledger;
  }

  /** Takes the next record of the log. What is no command changes nothing but the number. */
  take({ seq, bytes, arrivalMs }: LogRecord): Taken | Damaged {
    this.lastSeq = seq;
    this.lastMs = Math.max(this.lastMs, arrivalMs);
    this.ledger.forget(this.lastMs - KEPT_MS);
    const command = decodeCommand(bytes);
    if ("fault" in command) return { seq, fault: command.fault };
    const context = { seq, timeMs: this.lastMs };
    switch (command.kind) {
      case "new":
        return this.#submit(command, context);
      case "amend":
        return this.#amend(command, context);
      case "cancel":
        return this.#cancel(command, context);
      case "end_day":
        return this.#endDay(command, context);
    }
  }

  #submit(command: SubmitCommand, { seq, timeMs }: Context): Taken {
    const { symbol, units, owner, account, order, kind } = command;
    const said = { seq, timeMs, kind, symbol };
    if (this.ledger.order(order.id)) return { ...said, ...NOTHING, outcome: "repeated" };
    this.ledger.open({ symbol, owner, account, order, timeMs });
    const desk = this.#bookOf(symbol, units);
    if (desk.units.tickSize !== units.tickSize || desk.units.lotSize !== units.lotSize) {
      const refused = this.ledger.reject(order.id, "other_units", timeMs);
      return { ...said, closed: [refused], executions: [], outcome: "refused" };
    }
    // Accounts of two owners may have one name, and are strangers.
    const placed = { ...order, account: JSON.stringify([owner, account]) };
    return this.#applied(desk, { command: "new", order: placed }, said, "placed");
  }

  #amend(command: AmendCommand, { seq, timeMs }: Context): Taken {
    const { symbol, kind, id, priceTicks, sizeLots, request } = command;
    const said = { seq, timeMs, kind, symbol };
    const found = this.#owned(command);
    if (typeof found === "string") return { ...said, ...this.#refused(command, found, timeMs) };
    if (this.ledger.hasSeen(id, request)) return { ...said, ...NOTHING, outcome: "repeated" };
    this.ledger.see(id, request);
    const { record, desk } = found;
    const gone = record.filledLots + record.preventedLots;
    const remainder = sizeLots === undefined ? undefined : sizeLots - gone;
    if (remainder !== undefined && remainder <= 0)
      return { ...said, ...this.#refused(command, "size_filled", timeMs) };
    const amend = {
      ...{ command: "amend" as const, id },
      ...(remainder !== undefined && { sizeLots: remainder }),
      ...(priceTicks !== undefined && { priceTicks }),
    };
    return this.#applied(desk, amend, said, "amended", request);
  }

  #cancel(command: CancelCommand, { seq, timeMs }: Context): Taken {
    const { symbol, kind, id, request } = command;
    const said = { seq, timeMs, kind, symbol };
    const found = this.#owned(command);
    if (typeof found === "string") return { ...said, ...this.#refused(command, found, timeMs) };
    return this.#applied(found.desk, { command: "cancel", id }, said, "cancelled", request);
  }

  #endDay({ symbol, kind }: EndDayCommand, { seq, timeMs }: Context): Taken {
    const said = { seq, timeMs, kind, symbol };
    const desk = this.books.get(symbol);
    if (!desk) return { ...said, ...NOTHING, outcome: "day_ended" };
    return this.#applied(desk, { command: "end_day" }, said, "day_ended");
  }

  #applied(
    { book, symbol }: DeskBook,
    command: Command,
    said: Omit<Taken, "outcome" | "closed" | "executions">,
    outcome: Taken["outcome"],
    request = "",
  ): Taken {
    const result: Result = book.apply(command);
    const { timeMs } = said;
    const noted = this.ledger.note(book, symbol, result, { command, timeMs, request });
    return { ...said, ...noted, outcome: result.type === "rejected" ? "refused" : outcome };
  }

  /** The order that is to be changed, or why it may not be. */
  #owned({ id, owner, symbol }: AmendCommand | CancelCommand) {
    const record = this.ledger.order(id);
    const desk = this.books.get(symbol);
    if (!record || !desk || record.symbol !== symbol) return "unknown_id";
    return record.owner === owner ? { record, desk } : "not_owner";
  }

  /** A stranger's try leaves no trace in the order. */
  #refused({ id, request }: AmendCommand | CancelCommand, reason: ClosedReason, timeMs: number) {
    if (reason !== "not_owner") this.ledger.refuse(id, { request, reason, timeMs });
    return { ...NOTHING, outcome: "refused" as const };
  }

  #bookOf(symbol: string, units: Units): DeskBook {
    const known = this.books.get(symbol);
    if (known) return known;
    const made = { symbol, units, book: new Book() };
    this.books.set(symbol, made);
    return made;
  }
}

const NOTHING = { closed: [], executions: [] } as const;
