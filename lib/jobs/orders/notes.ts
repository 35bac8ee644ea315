/** What is remembered of an order from its submission until its book has taken it, and of its idempotency key. */
import type { SubmitCommand } from "../../orders/command.ts";

export type OrderNote = Readonly<{ command: SubmitCommand; acceptedMs: number }>;

/** Under what follows from owner and key alone, so that a key that comes again with another symbol is noticed. */
export const orderNote = (id: string): string => `orders:note:${id.slice(id.lastIndexOf("_") + 1)}`;

/** A note as it was kept; `undefined` for anything that is not whole. */
export function noteOf(text: string | undefined): OrderNote | undefined {
  if (text === undefined) return undefined;
  try {
    const { command, accepted_ms: acceptedMs } = JSON.parse(text) as {
      command?: SubmitCommand;
      accepted_ms?: number;
    };
    const isWhole = command?.kind === "new" && typeof acceptedMs === "number";
    return isWhole ? { command, acceptedMs } : undefined;
  } catch {
    return undefined;
  }
}

/** Equal for submissions that ask for the same; the request that brought them aside. */
export const noteText = ({ symbol, owner, units, account, order }: SubmitCommand): string =>
  JSON.stringify([symbol, owner, units, account, Object.entries(order).sort()]);
