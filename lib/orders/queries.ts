/** Every statement about the dataset `orders`; rows keep the snake_case of SQL. */
import closedOrderSql from "../../sql/orders/closed_order.sql";
import closedOrdersSql from "../../sql/orders/closed_orders.sql";
import deleteOrderFoldsSql from "../../sql/orders/delete_order_folds.sql";
import executionsSql from "../../sql/orders/executions.sql";
import orderFoldsSql from "../../sql/orders/order_folds.sql";
import orderProgressSql from "../../sql/orders/order_progress.sql";
import type { PartWriter, Query } from "../ports.ts";
import type { Units } from "./command.ts";
import type { Execution, OrderRecord } from "./record.ts";

export const DATASET = "orders";
export const PROGRESS = "progress";

export const dayPart = (day: number): string => `day/${day}`;

/** A closed order or an execution with what its ticks and lots were. */
export type InUnits<Value> = Readonly<{ value: Value; units: Units }>;

type UnitsRow = Readonly<{ tick_size: string; lot_size: string }>;
type OrderRow = UnitsRow & Readonly<{ record: string }>;

const unitsOf = ({ tick_size, lot_size }: UnitsRow): Units => ({
  tickSize: tick_size,
  lotSize: lot_size,
});

const recordOf = (row: OrderRow): InUnits<OrderRecord> => ({
  value: JSON.parse(row.record) as OrderRecord,
  units: unitsOf(row),
});

export const closedOrder = (day: Query, id: string): InUnits<OrderRecord> | undefined =>
  day<OrderRow>(closedOrderSql, { ":id": id }).map(recordOf)[0];

export const closedOrders = (day: Query): InUnits<OrderRecord>[] =>
  day<OrderRow>(closedOrdersSql).map(recordOf);

type ExecutionRow = UnitsRow &
  Readonly<{
    symbol: string;
    trade: number;
    time_ms: number;
    price_ticks: number;
    size_lots: number;
    aggressor: Execution["aggressor"];
    maker_id: string;
    taker_id: string;
    maker_owner: string | null;
    taker_owner: string | null;
  }>;

export const executions = (day: Query): InUnits<Execution>[] =>
  day<ExecutionRow>(executionsSql).map((row) => ({
    units: unitsOf(row),
    value: {
      ...{ symbol: row.symbol, trade: row.trade, timeMs: row.time_ms },
      ...{ priceTicks: row.price_ticks, sizeLots: row.size_lots, aggressor: row.aggressor },
      ...{ makerId: row.maker_id, takerId: row.taker_id },
      ...{ makerOwner: row.maker_owner, takerOwner: row.taker_owner },
    },
  }));

/** Rows of a part, for the manifest. */
export const rowCount = (day: Query): number =>
  day<{ count: number }>(
    "select (select count(*) from closed_order) + (select count(*) from execution) as count",
  )[0]!.count;

export function putClosedOrders(db: PartWriter, rows: readonly InUnits<OrderRecord>[]): void {
  db.insert(
    "insert or replace into closed_order (id, symbol, owner, account, status, created_ms, closed_ms, tick_size, lot_size, record)",
    10,
    rows.flatMap(({ value, units }) => [
      ...[value.order.id, value.symbol, value.owner, value.account, value.status],
      ...[value.createdMs, value.updatedMs, units.tickSize, units.lotSize],
      JSON.stringify(value),
    ]),
  );
}

export function putExecutions(db: PartWriter, rows: readonly InUnits<Execution>[]): void {
  db.insert(
    "insert or replace into execution (symbol, trade, time_ms, price_ticks, size_lots, aggressor, maker_id, taker_id, maker_owner, taker_owner, tick_size, lot_size)",
    12,
    rows.flatMap(({ value, units }) => [
      ...[value.symbol, value.trade, value.timeMs, value.priceTicks, value.sizeLots],
      ...[value.aggressor, value.makerId, value.takerId, value.makerOwner, value.takerOwner],
      ...[units.tickSize, units.lotSize],
    ]),
  );
}

export type ProgressRow = Readonly<{ shard: string; through_seq: string }>;
export const orderProgress = (part: Query) => part<ProgressRow>(orderProgressSql);

export type FoldRow = ProgressRow & Readonly<{ folded_ms: number }>;
export const orderFolds = (part: Query) => part<FoldRow>(orderFoldsSql);

/** Notes how far a shard is folded now, and forgets commits before an instant. */
export function putProgress(
  db: PartWriter,
  { shard, through_seq, folded_ms }: FoldRow,
  beforeMs: number,
) {
  db.insert("insert or replace into progress (shard, through_seq)", 2, [shard, through_seq]);
  db.run(deleteOrderFoldsSql, { ":before_ms": beforeMs });
  db.insert("insert or replace into fold (shard, folded_ms, through_seq)", 3, [
    ...[shard, folded_ms, through_seq],
  ]);
}
