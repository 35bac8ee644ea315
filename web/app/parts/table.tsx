/** Rows that can be put in another order by any column, by mouse or keyboard. */
import { type ReactNode, useMemo, useState } from "react";

export type Column<T> = Readonly<{
  name: string;
  label: string;
  /** What it is ordered by; texts by letters, unknown last. */
  value: (row: T) => string | number | null;
  cell?: (row: T) => ReactNode;
  isText?: boolean;
  /** Left out where there is little room. */
  isMinor?: boolean;
}>;

type Props<T> = Readonly<{
  caption: string;
  columns: readonly Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string;
  first: Readonly<{ column: string; isDown?: boolean }>;
  /** The key of the row that is looked at. */
  chosen?: string | undefined;
}>;

type Order = Readonly<{ column: string; isDown: boolean }>;

function compared(a: string | number | null, b: string | number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return typeof a === "string" && typeof b === "string"
    ? a.localeCompare(b)
    : Number(a) - Number(b);
}

export function Table<T>({ caption, columns, rows, keyOf, first, chosen }: Props<T>) {
  const [order, setOrder] = useState<Order>({ isDown: false, ...first });
  const sorted = useMemo(() => {
    const column = columns.find(({ name }) => name === order.column);
    if (column === undefined) return rows;
    const sign = order.isDown ? -1 : 1;
    return rows.toSorted((a, b) => {
      const [left, right] = [column.value(a), column.value(b)];
      return left === null || right === null ? compared(left, right) : sign * compared(left, right);
    });
  }, [rows, columns, order]);
  const turn = (column: string) =>
    setOrder((before) => ({ column, isDown: before.column === column && !before.isDown }));

  return (
    <div className="table-frame">
      <table>
        <caption className="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ name, label, isText, isMinor }) => (
              <th
                key={name}
                scope="col"
                className={classOf(isText, isMinor)}
                aria-sort={
                  order.column !== name ? "none" : order.isDown ? "descending" : "ascending"
                }
              >
                <button type="button" onClick={() => turn(name)}>
                  {label}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {sorted.map((row) => (
            <tr key={keyOf(row)} aria-current={keyOf(row) === chosen || undefined}>
              {columns.map(({ name, value, cell, isText, isMinor }) => (
                <td key={name} className={classOf(isText, isMinor)}>
                  {cell === undefined ? (value(row) ?? "–") : cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const classOf = (isText = false, isMinor = false): string =>
  `${isText ? "text" : "figure"}${isMinor ? " minor" : ""}`;
