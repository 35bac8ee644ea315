/** The end of a trading day as a use case: every book that holds an order of the day is told that it is over. */
import { encodeCommand } from "../../orders/command.ts";
import { isClosed } from "../../orders/record.ts";
import type { EventLog } from "../../ports.ts";
import { ORDERS_LOG, type ShardDesk } from "./desks.ts";

export type EndDayWorld = Readonly<{
  desks: () => Promise<readonly ShardDesk[]>;
  eventLog: EventLog;
  newId: () => string;
}>;

/**
 * A book that is told twice does nothing the second time.
 *
 * @returns the symbols whose books were told, sorted
 * @throws AppError DEPENDENCY_DOWN; some may have been told
 */
export async function endDay({ desks, eventLog, newId }: EndDayWorld): Promise<readonly string[]> {
  const symbols = new Set<string>();
  for (const { desk } of await desks()) {
    for (const record of desk.ledger.orders()) {
      if (!isClosed(record) && record.order.timeInForce === "DAY") symbols.add(record.symbol);
    }
  }
  const told = [...symbols].sort();
  const records = told.map((symbol) => ({
    key: symbol,
    bytes: encodeCommand({ kind: "end_day", symbol, request: newId() }),
  }));
  if (records.length > 0) await eventLog.append(ORDERS_LOG, records);
  return told;
}
