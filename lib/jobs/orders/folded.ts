/** Closed orders and executions of past days, from the dataset `orders` into which they were folded. */
import * as queries from "../../orders/queries.ts";
import type { Execution, OrderRecord } from "../../orders/record.ts";
import type { Images, Query, Snapshot } from "../../ports.ts";

/** Days that are looked through for an order of which nobody says when it was closed. */
const DAYS_LOOKED_AT = 7;

export type FoldedOrder = Readonly<{
  record: OrderRecord;
  units: queries.InUnits<unknown>["units"];
}>;

/**
 * @param closedOn UTC day it was closed on, YYYYMMDD; without it the last seven days with orders are looked through
 * @returns `undefined` for one that is open, was never there, or was not folded yet
 */
export async function closedOrder(
  images: Images,
  id: string,
  closedOn?: number,
): Promise<FoldedOrder | undefined> {
  return withOrders(images, async (snapshot) => {
    const days =
      closedOn === undefined
        ? newestDays(snapshot)
        : daysThere(snapshot, queries.dayPart(closedOn));
    for (const day of days) {
      const found = queries.closedOrder((await snapshot.open(day)).query, id);
      if (found) return { record: found.value, units: found.units };
    }
    return undefined;
  });
}

/** Orders that were closed on a UTC day, newest first. */
export const closedOn = (images: Images, day: number): Promise<queries.InUnits<OrderRecord>[]> =>
  ofDay(images, day, queries.closedOrders);

/** Trades of a UTC day, newest first. */
export const executionsOn = (images: Images, day: number): Promise<queries.InUnits<Execution>[]> =>
  ofDay(images, day, queries.executions);

const ofDay = <Row>(images: Images, day: number, rows: (part: Query) => Row[]): Promise<Row[]> =>
  withOrders(images, async (snapshot) => {
    const [part] = daysThere(snapshot, queries.dayPart(day));
    return part === undefined ? [] : rows((await snapshot.open(part)).query);
  });

async function withOrders<Result>(
  images: Images,
  act: (snapshot: Snapshot) => Promise<Result>,
): Promise<Result> {
  const snapshot = await images.snapshot(queries.DATASET);
  try {
    return await act(snapshot);
  } finally {
    snapshot.release();
  }
}

const daysThere = ({ manifest }: Snapshot, part: string): string[] =>
  part in manifest.parts ? [part] : [];

const newestDays = ({ manifest }: Snapshot): string[] =>
  Object.keys(manifest.parts)
    .filter((name) => name.startsWith("day/"))
    .sort()
    .reverse()
    .slice(0, DAYS_LOOKED_AT);
