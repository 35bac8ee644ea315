/** Every statement the risk domain asks of its image; rows keep the snake_case of SQL. */
import deletePortfolioSql from "../../sql/risk/delete_portfolio.sql";
import deletePositionsSql from "../../sql/risk/delete_positions.sql";
import extentSql from "../../sql/risk/extent.sql";
import portfolioSql from "../../sql/risk/portfolio.sql";
import portfoliosSql from "../../sql/risk/portfolios.sql";
import positionsSql from "../../sql/risk/positions.sql";
import upsertPortfolioSql from "../../sql/risk/upsert_portfolio.sql";
import type { PartWriter, Query, SqlValue } from "../ports.ts";

export type PortfolioRow = Readonly<{
  owner: string;
  id: string;
  name: string;
  /** Annual, continuously compounded, a fraction. */
  rate: number;
  /** JSON: the same, by symbol or id of an index. */
  dividend_yields: string;
  print: string;
  revision: number;
  created_ms: number;
  updated_ms: number;
}>;

/** `undefined` when the owner has none of that name. */
export const portfolio = (part: Query, owner: string, id: string): PortfolioRow | undefined =>
  part<PortfolioRow>(portfolioSql, { ":owner": owner, ":id": id })[0];

/** A place in the list of portfolios: behind this one. */
export type PortfolioPlace = Readonly<{ owner: string; id: string }>;

/** @param owner `undefined` for everybody's */
export const portfolios = (
  part: Query,
  owner: string | undefined,
  after: PortfolioPlace,
  limit: number,
) =>
  part<PortfolioRow & Readonly<{ positions: number }>>(portfoliosSql, {
    ":owner": owner ?? null,
    ":after_owner": after.owner,
    ":after_id": after.id,
    ":limit": limit,
  });

/** Shares, contracts or units of an index; negative when sold short. */
type HeldLine = Readonly<{ name: string; quantity: number }>;

export type StockRow = HeldLine & Readonly<{ kind: "stock" }>;
/** `name` is the index's id; a unit is worth its level in USD. */
export type IndexRow = HeldLine & Readonly<{ kind: "index" }>;
/** `name` is the underlying's. */
export type OptionRow = HeldLine &
  Readonly<{
    kind: "option";
    option: "call" | "put";
    style: "european" | "american";
    /** USD a share. */
    strike: number;
    /** YYYYMMDD */
    expiry: number;
    /** Shares of a contract. */
    multiplier: number;
    /** Annual, a fraction. */
    implied_volatility: number;
  }>;
export type PositionRow = StockRow | IndexRow | OptionRow;

/** In the order they were given. */
export function positions(part: Query, owner: string, id: string): PositionRow[] {
  return part<PositionRow & Readonly<{ number: number }>>(positionsSql, {
    ":owner": owner,
    ":id": id,
  }).map(({ number: _, ...row }) =>
    row.kind === "option" ? row : { kind: row.kind, name: row.name, quantity: row.quantity },
  );
}

/** How many portfolios an owner has, and rows there are in all. */
export const extent = (part: Query, owner: string) =>
  part<Readonly<{ owned: number; total: number }>>(extentSql, { ":owner": owner })[0]!;

export type WrittenPortfolio = Omit<PortfolioRow, "created_ms" | "updated_ms"> &
  Readonly<{ now_ms: number; positions: readonly PositionRow[] }>;

/** Writes a portfolio in the place of whatever its owner had under its id. */
export function putPortfolio(db: PartWriter, written: WrittenPortfolio): void {
  const { owner, id } = written;
  db.run(upsertPortfolioSql, {
    ":owner": owner,
    ":id": id,
    ":name": written.name,
    ":rate": written.rate,
    ":dividend_yields": written.dividend_yields,
    ":print": written.print,
    ":revision": written.revision,
    ":now_ms": written.now_ms,
  });
  db.run(deletePositionsSql, { ":owner": owner, ":id": id });
  db.insert(
    "insert into position (owner, portfolio, number, kind, name, quantity, option, style, strike, expiry, multiplier, implied_volatility)",
    12,
    written.positions.flatMap((row, at): SqlValue[] => [
      ...[owner, id, at + 1, row.kind, row.name, row.quantity],
      ...(row.kind === "option"
        ? [row.option, row.style, row.strike, row.expiry, row.multiplier, row.implied_volatility]
        : [null, null, null, null, null, null]),
    ]),
  );
}

export function deletePortfolio(db: PartWriter, owner: string, id: string): void {
  db.run(deletePositionsSql, { ":owner": owner, ":id": id });
  db.run(deletePortfolioSql, { ":owner": owner, ":id": id });
}
