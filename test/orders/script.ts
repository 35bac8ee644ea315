/**
 * A test as an order tape. A line is `side id size[@price] [show|stop|trail n] [time in force]`, `amend id size[@price]`,
 * `cancel id`, `end_day`, `book` (displayed lots of the levels, bids | offers) or `stop id`; behind the arrow stands what
 * the book answers: fills as `maker size@price`, `id!` for a stop that triggers, then the status with what is left.
 */
import { expect } from "vitest";
import { Book } from "../../lib/orders/book.ts";
import type { BookEvent, Command, NewOrder, Result, Side } from "../../lib/orders/order.ts";

export function script(text: string): Book {
  const book = new Book();
  const lines = text.split("\n").filter((line) => line.includes("->"));
  for (const line of lines) {
    const [said = "", expected = ""] = line.split("->").map((part) => part.trim());
    expect(answer(book, said.split(/\s+/)), line.trim()).toBe(expected);
  }
  return book;
}

function answer(book: Book, words: readonly string[]): string {
  const [verb, id = ""] = words;
  if (verb === "book") return `${levels(book, "buy")} | ${levels(book, "sell")}`.trim();
  if (verb === "stop") return String(book.order(id)?.stopTicks ?? "none");
  return told(book.apply(commandOf(words)));
}

const levels = (book: Book, side: Side): string =>
  book
    .levels(side)
    .map(({ displayedLots, priceTicks }) => `${displayedLots}@${priceTicks}`)
    .join(" ");

function commandOf([verb, id = "", amount = "", ...rest]: readonly string[]): Command {
  if (verb === "end_day") return { command: "end_day" };
  if (verb === "cancel") return { command: "cancel", id };
  const [size, price] = amount.split("@");
  const numbers = {
    sizeLots: Number(size),
    ...(price !== undefined && { priceTicks: Number(price) }),
  };
  if (verb === "amend") return { command: "amend", id, ...numbers };
  const after = (word: string) => {
    const at = rest.indexOf(word);
    return at < 0 ? undefined : Number(rest[at + 1]);
  };
  const [displayLots, stopTicks, trailTicks] = ["show", "stop", "trail"].map(after);
  const type = stopTicks !== undefined ? "stop" : trailTicks !== undefined ? "trailing_stop" : "";
  const order: NewOrder = {
    id,
    side: verb as Side,
    type: type || "limit",
    timeInForce: (["IOC", "FOK", "DAY"] as const).find((time) => rest.includes(time)) ?? "GTC",
    ...numbers,
    ...(displayLots !== undefined && { displayLots }),
    ...(stopTicks !== undefined && { stopTicks }),
    ...(trailTicks !== undefined && { trailTicks }),
  };
  return { command: "new", order };
}

function told(result: Result): string {
  const events = result.events.map(eventTold);
  if (result.type === "day_ended") return events.join(", ") || "nothing";
  if (result.type === "cancelled") return `cancelled ${result.remainingLots}`;
  const left = result.remainingLots || undefined;
  if (result.type === "rejected") return [result.reason, left].filter(Boolean).join(" ");
  const { status } = result;
  const ended = [status, result.type === "amended" && result.priority];
  const isPart = status.startsWith("partially") || status === "cancelled";
  return [...events, [...ended, isPart && left].filter(Boolean).join(" ")].join(", ");
}

function eventTold(event: BookEvent): string {
  switch (event.type) {
    case "trade":
      return `${event.makerId} ${event.sizeLots}@${event.priceTicks}`;
    case "stop_triggered":
      return `${event.id}!`;
    case "stop_placed":
      return `${event.id} ${event.status}`;
    case "cancelled":
      return `${event.id} cancelled ${event.remainingLots}`;
    case "self_trade_prevented":
      return `${event.makerId} -${event.makerLots}, ${event.takerId} -${event.takerLots}`;
  }
}
