/**
 * Tiny markets in memory, written by the product's own schema scripts and writers and read by its own builder.
 * They know no calendar: any days can be sessions, so that a case fits on one screen.
 */
import { afterEach } from "vitest";
import { loadSqlite } from "../../lib/edge/sqljs.ts";
import { IndexBuilder } from "../../lib/index/builder.ts";
import { DEFAULT_PARAMETERS, type DefinitionParameters } from "../../lib/index/definition.ts";
import { lookback } from "../../lib/index/plan.ts";
import type { BuiltDay } from "../../lib/index/run.ts";
import { noNews } from "../../lib/market/gate-pass.ts";
import { CAPS_SCHEMA, REFERENCE_SCHEMA } from "../../lib/market/schema.ts";
import { StagedRows } from "../../lib/market/staging.ts";
import {
  type SessionContent,
  TickerOrder,
  writeCaps,
  writeReference,
} from "../../lib/market/write.ts";
import type { DailyBatch, Image, SecurityRecord } from "../../lib/ports.ts";
import { dayKey } from "../../lib/time.ts";
import { table } from "../table.ts";

export type Row = Readonly<{
  date: number;
  ticker: string;
  close: number;
  marketCap: number | null;
}>;
export type Action = Readonly<{ date: number; ticker: string; action: string; value: number }>;
export type Rename = Readonly<{ date: number; oldTicker: string; newTicker: string }>;

export type MarketSpec = Readonly<{
  /** See {@link grid}. */
  rows: string | readonly Row[];
  /** Text table: date ticker action value. */
  actions?: string | readonly Action[];
  /** Text table: date old new. */
  renames?: string | readonly Rename[];
  /** See {@link records}. */
  records?: string | readonly SecurityRecord[];
  /** Tickers in the order of their ids; the others follow as they come. */
  idOrder?: readonly string[];
  /** First days of the second and later parts; one part by default. */
  cuts?: readonly number[];
}>;

/** Days as 20250303 or 2025-03-03. */
const day = (cell: string | number): number =>
  typeof cell === "number" ? cell : dayKey(String(cell));

/**
 * One line a day, one column a ticker, cells "price@cap": 100@5000, 100@- without a cap, a dot without a row.
 * A price alone stands for a cap of the same number.
 */
export function grid(text: string): Row[] {
  return table(text).flatMap(({ date, ...cells }) =>
    Object.entries(cells).flatMap(([ticker, cell]): Row[] => {
      if (cell === ".") return [];
      const [close = "", cap = close] = String(cell).split("@");
      return [
        {
          date: day(date!),
          ticker,
          close: Number(close),
          marketCap: cap === "-" ? null : Number(cap),
        },
      ];
    }),
  );
}

/** Text table: ticker from to country type issuer primary; "-" = unknown, "US" = United States. */
export function records(text: string): SecurityRecord[] {
  const known = (cell: string | number) => (cell === "-" ? null : String(cell));
  return table(text).map((row) => ({
    ticker: String(row.ticker),
    validFrom: day(row.from!),
    validTo: day(row.to!),
    exchange: null,
    name: `${row.ticker} Inc.`,
    country: row.country === "US" ? "United States" : known(row.country!),
    securityType: known(row.type!),
    issuer: known(row.issuer!),
    primaryLine: row.primary === "-" ? null : row.primary === 1 ? 1 : 0,
  }));
}

export type BuildRange = Readonly<{
  start?: number;
  end?: number;
  /** Goes on from this day, as a later build reads it back from the store. */
  resume?: BuiltDay;
}>;

export type TinyMarket = Readonly<{
  sessions: readonly number[];
  reference: Image;
  /** Works the days out; rules not given are the defaults with 3 members and base 100. */
  build: (rules?: Partial<DefinitionParameters>, range?: BuildRange) => BuiltDay[];
  close: () => void;
}>;

export const rules = (changed: Partial<DefinitionParameters> = {}): DefinitionParameters => ({
  ...DEFAULT_PARAMETERS,
  size: 3,
  base_value: 100,
  ...changed,
});

const sqlite = await loadSqlite();

const open = new Set<() => void>();
afterEach(() => {
  for (const close of open) close();
});

export function market(spec: MarketSpec): TinyMarket {
  const rows = typeof spec.rows === "string" ? grid(spec.rows) : spec.rows;
  const actions = actionsOf(spec.actions);
  const renames = renamesOf(spec.renames);
  const known = typeof spec.records === "string" ? records(spec.records) : (spec.records ?? []);
  const tickers = [
    ...new Set([
      ...(spec.idOrder ?? []),
      ...rows.map((row) => row.ticker),
      ...actions.map((action) => action.ticker),
      ...renames.flatMap(({ oldTicker, newTicker }) => [oldTicker, newTicker]),
      ...known.map((record) => record.ticker),
    ]),
  ];
  const id = new Map(tickers.map((ticker, i) => [ticker, i + 1]));
  const bounds = [0, ...(spec.cuts ?? []), Number.POSITIVE_INFINITY];
  const parts = bounds.slice(1).map((end, i) => {
    const within = rows.filter(({ date }) => date >= bounds[i]! && date < end);
    return capsImage(within, id);
  });
  const contents = parts.flatMap((part) => part.contents).sort((a, b) => a.date - b.date);
  const sessions = contents.map(({ date }) => date);

  const priced = new Map<string, { first: number; last: number }>();
  for (const { ticker, date } of rows) {
    const known = priced.get(ticker) ?? { first: date, last: date };
    known.first = Math.min(known.first, date);
    known.last = Math.max(known.last, date);
    priced.set(ticker, known);
  }

  const reference = image(REFERENCE_SCHEMA, (db) =>
    writeReference(db, {
      symbols: tickers.map((ticker) => ({
        id: id.get(ticker)!,
        ticker,
        first: priced.get(ticker)?.first ?? null,
        last: priced.get(ticker)?.last ?? null,
      })),
      records: known.map((r) => [
        id.get(r.ticker)!,
        r.validFrom,
        r.validTo,
        r.exchange,
        r.name,
        r.country,
        r.securityType,
        r.issuer,
        r.primaryLine,
        r.cik ?? null,
      ]),
      listings: [],
      actions: actions.map((a) => [a.date, id.get(a.ticker)!, a.action, a.value] as const),
      changes: renames.map((r) => [r.date, r.oldTicker, r.newTicker, null]),
      captures: [],
      shares: [],
      sessions: contents,
      rejected: [],
      news: noNews(),
      marketFacts: () => ({}),
    }),
  );
  const images = [reference, ...parts.map((part) => part.opened)];
  const close = () => {
    for (const opened of images) opened.close();
    open.delete(close);
  };
  open.add(close);

  const build: TinyMarket["build"] = (changed, { start = 0, end = 99991231, resume } = {}) => {
    const parameters = rules(changed);
    const wanted = sessions.filter(
      (date) => date >= start && date <= end && date > (resume?.date ?? 0),
    );
    const first = wanted[0]!;
    const fed = [...lookback(sessions, first, parameters.max_stale_days), ...wanted];
    const workspace = sqlite.workspace();
    try {
      const builder = new IndexBuilder(parameters, workspace, reference.image, sessions);
      const run = builder.run(fed, first, resume && restored(builder, resume));
      const built: BuiltDay[] = [];
      for (const part of parts) {
        const own = new Set(part.contents.map(({ date }) => date));
        const days = fed.filter((date) => own.has(date));
        if (days.length > 0) builder.consume(run, part.opened.image, days, (d) => built.push(d));
      }
      return built;
    } finally {
      workspace.close();
    }
  };
  return { sessions, reference: reference.image, build, close };
}

/** A built day by way of the text that is stored of it. */
const restored = (builder: IndexBuilder, built: BuiltDay) =>
  builder.stateFrom(
    built.date,
    { level: built.level, price_level: built.priceLevel },
    built.holdings.map(({ ticker, marketCap, weight, price, priceDate }) => ({
      ticker,
      market_cap: marketCap,
      weight,
      price,
      price_date: priceDate,
    })),
  );

function actionsOf(actions: MarketSpec["actions"] = []): readonly Action[] {
  if (typeof actions !== "string") return actions;
  return table(actions).map((row) => ({
    date: day(row.date!),
    ticker: String(row.ticker),
    action: String(row.action),
    value: Number(row.value),
  }));
}

function renamesOf(renames: MarketSpec["renames"] = []): readonly Rename[] {
  if (typeof renames !== "string") return renames;
  return table(renames).map((row) => ({
    date: day(row.date!),
    oldTicker: String(row.old),
    newTicker: String(row.new),
  }));
}

type PartDatabase = ReturnType<typeof sqlite.openPart>;

function image(schema: readonly string[], write: (db: PartDatabase) => void) {
  const db = sqlite.openPart();
  try {
    for (const script of schema) db.run(script);
    write(db);
    return sqlite.openImage(db.bytes());
  } finally {
    db.close();
  }
}

function capsImage(rows: readonly Row[], id: ReadonlyMap<string, number>) {
  const staged = new StagedRows();
  const columns = batch("rows", rows);
  for (let i = 0; i < rows.length; i++)
    staged.add(columns, i, {
      symbol: id.get(rows[i]!.ticker)!,
      file: 0,
      source: 0,
      exchange: 0,
    });
  const order = staged.sorted((kept) => {
    throw new Error(`line ${kept} repeats a day and ticker`);
  });
  let contents: SessionContent[] = [];
  const opened = image(CAPS_SCHEMA, (db) => {
    const byId: string[] = [];
    for (const [ticker, symbol] of id) byId[symbol] = ticker;
    contents = writeCaps(db, staged, order, new TickerOrder(byId));
  });
  return { opened, contents };
}

/** Rows as a source delivers them. */
export function batch(file: string, rows: readonly Row[]): DailyBatch {
  const nothing = () => new Float64Array(rows.length).fill(Number.NaN);
  return {
    file,
    count: rows.length,
    line: Int32Array.from(rows, (_, i) => i + 2),
    date: Int32Array.from(rows, (row) => row.date),
    ticker: rows.map((row) => row.ticker),
    open: nothing(),
    high: nothing(),
    low: nothing(),
    close: Float64Array.from(rows, (row) => row.close),
    volume: nothing(),
    marketCap: Float64Array.from(rows, (row) => row.marketCap ?? Number.NaN),
  };
}

/** Members of each day in rank order, stale ones marked: ["20250303 AAA BBB*"]. */
export const members = (days: readonly BuiltDay[]): string[] =>
  days.map((built) =>
    [
      built.date,
      ...built.holdings.map((h) => (h.priceDate < built.date ? `${h.ticker}*` : h.ticker)),
    ].join(" "),
  );

/** Every change as a line: "20250304 + DDD 3 (was 4) rank", "-" for no rank. */
export const changeLines = (days: readonly BuiltDay[]): string[] =>
  days.flatMap((built) =>
    built.changes.map(
      ({ side, ticker, rank, previousRank, reason }) =>
        `${built.date} ${side === "entered" ? "+" : "-"} ${ticker} ${rank ?? "-"} (was ${previousRank ?? "-"}) ${reason}`,
    ),
  );

export const levels = (days: readonly BuiltDay[]): number[] => days.map((built) => built.level);
export const returns = (days: readonly BuiltDay[]) => days.map((built) => built.dailyReturn);
