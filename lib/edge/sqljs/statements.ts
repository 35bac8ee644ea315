/**
 * Statements of one sql.js database: kept compiled while they are used, bound by name and checked.
 *
 * sql.js binds NULL to a parameter that was not given and ignores one it does not know, so a misspelt
 * name would quietly change an answer. Here every parameter a statement names must be given.
 */
import type { Database, Statement as NativeStatement } from "sql.js";
import type { SqlParams, SqlValue, Statement } from "../../ports.ts";

/** Compiled statements kept per database. */
const POOL_STATEMENTS = 64;
const ROWS_PER_INSERT = 100;
/** SQLite's limit of parameters in one statement, as sql.js is compiled. */
const PARAMETERS_MAX = 32_766;

/** Everything that may hold a colon without being a parameter comes first; the group is the parameter. */
const TOKENS =
  /--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|(:[A-Za-z_]\w*)/g;

/** `*` as a list of columns, as opposed to count(*) and multiplication. */
const ALL_COLUMNS = /(\b(select|distinct|all|returning)|[,.])\s*\*/i;

/** The `:names` a statement (or script) asks for, in order of appearance, each once. */
export function parameterNames(sql: string): string[] {
  const names = new Set<string>();
  for (const [, name] of sql.matchAll(TOKENS)) if (name !== undefined) names.add(name);
  return [...names];
}

const excerpt = (sql: string): string => sql.trim().replace(/\s+/g, " ").slice(0, 200);

/** sql.js throws bare strings at times, and never says which statement it was. */
const explained = (error: unknown, sql: string): Error =>
  new Error(`${error instanceof Error ? error.message : String(error)}, in: ${excerpt(sql)}`, {
    cause: error,
  });

function demandParameters(sql: string, names: readonly string[], params: SqlParams): void {
  for (const name of names) {
    if (params[name] !== undefined) continue;
    const given = Object.keys(params).join(", ") || "nothing";
    throw new Error(`parameter ${name} was not given (given: ${given}), in: ${excerpt(sql)}`);
  }
}

type Compiled = {
  readonly native: NativeStatement;
  readonly sql: string;
  readonly names: readonly string[];
  /** Whether the text alone says what the columns are called; those of `select *` follow the schema. */
  readonly hasFixedColumns: boolean;
  /** Kept once they were read: SQLite gives each name as a new text, which costs more than a short row. */
  columns: readonly string[] | undefined;
};

function compile(db: Database, sql: string): Compiled {
  const names = parameterNames(sql);
  // Without comments, texts and quoted names.
  const bare = sql.replace(TOKENS, (token) => (token.startsWith(":") ? token : " "));
  if (names.length > 0 && bare.includes("?")) {
    throw new Error(`a statement takes either :names or ?, not both, in: ${excerpt(sql)}`);
  }
  try {
    const native = db.prepare(sql);
    return { native, sql, names, hasFixedColumns: !ALL_COLUMNS.test(bare), columns: undefined };
  } catch (error) {
    throw explained(error, sql);
  }
}

/** SQLite numbers named parameters in order of first appearance, so they need not be looked up by name. */
function bind({ native, sql, names }: Compiled, params: SqlParams): void {
  demandParameters(sql, names, params);
  if (names.length > 0) native.bind(names.map((name) => params[name]!));
}

function columnsOf(compiled: Compiled): readonly string[] {
  if (compiled.columns !== undefined) return compiled.columns;
  const columns = compiled.native.getColumnNames();
  if (compiled.hasFixedColumns) compiled.columns = columns;
  return columns;
}

/** Moves on to the next row; false after the last. */
function step({ native, sql }: Compiled): boolean {
  try {
    return native.step();
  } catch (error) {
    throw explained(error, sql);
  }
}

export type Statements = Readonly<{
  query: <Row>(sql: string, params?: SqlParams) => Row[];
  text: (sql: string, params?: SqlParams) => string | null;
  run: (sql: string, params?: SqlParams) => void;
  insert: (sql: string, width: number, values: readonly SqlValue[]) => void;
  prepare: (sql: string) => Statement;
}>;

/**
 * @param isOpen false once the database is closed: a statement is then refused with `closedAdvice`
 *   instead of reading freed memory
 */
export function statements(db: Database, isOpen: () => boolean, closedAdvice: string): Statements {
  /** Least recently used first. */
  const pool = new Map<string, Compiled>();

  const demandOpen = (): void => {
    if (!isOpen()) throw new Error(closedAdvice);
  };

  const pooled = (sql: string): Compiled => {
    demandOpen();
    const known = pool.get(sql);
    if (known !== undefined) {
      pool.delete(sql);
      pool.set(sql, known);
      return known;
    }
    const compiled = compile(db, sql);
    pool.set(sql, compiled);
    if (pool.size > POOL_STATEMENTS) {
      const [oldest] = pool.entries();
      pool.delete(oldest![0]);
      oldest![1].native.free();
    }
    return compiled;
  };

  const query = <Row>(sql: string, params: SqlParams = {}): Row[] => {
    const compiled = pooled(sql);
    const rows: Row[] = [];
    try {
      bind(compiled, params);
      let columns: readonly string[] | undefined;
      while (step(compiled)) {
        columns ??= columnsOf(compiled);
        const values = compiled.native.get();
        const row: Record<string, SqlValue> = {};
        for (let column = 0; column < columns.length; column++) {
          row[columns[column]!] = values[column]!;
        }
        rows.push(row as Row);
      }
    } finally {
      compiled.native.reset();
    }
    return rows;
  };

  const text = (sql: string, params: SqlParams = {}): string | null => {
    const compiled = pooled(sql);
    try {
      bind(compiled, params);
      const value = step(compiled) ? compiled.native.get()[0]! : null;
      return value === null ? null : String(value);
    } finally {
      compiled.native.reset();
    }
  };

  const run = (sql: string, params?: SqlParams): void => {
    demandOpen();
    if (params !== undefined) {
      query(sql, params);
      return;
    }
    // Without parameters the text may be a whole script, which cannot be one prepared statement.
    demandParameters(sql, parameterNames(sql), {});
    try {
      db.run(sql);
    } catch (error) {
      throw explained(error, sql);
    }
  };

  const insert = (sql: string, width: number, values: readonly SqlValue[]): void => {
    if (!(width > 0) || values.length % width !== 0) {
      throw new Error(
        `insert takes whole rows of ${width} values, was ${values.length} values, in: ${excerpt(sql)}`,
      );
    }
    const row = `(${"?,".repeat(width - 1)}?)`;
    const rowsAtOnce = Math.min(ROWS_PER_INSERT, Math.floor(PARAMETERS_MAX / width));
    for (let start = 0; start < values.length; start += rowsAtOnce * width) {
      const chunk = values.slice(start, start + rowsAtOnce * width);
      const rows = chunk.length / width;
      const { native } = pooled(`${sql} values ${`${row},`.repeat(rows - 1)}${row}`);
      try {
        native.run(chunk);
      } catch (error) {
        throw explained(error, sql);
      } finally {
        native.reset();
      }
    }
  };

  const prepare = (sql: string): Statement => {
    demandOpen();
    const compiled = compile(db, sql);
    let isFree = false;
    let isRunning = false;
    return {
      each(params, row) {
        demandOpen();
        if (isFree) throw new Error(`the statement was freed, in: ${excerpt(sql)}`);
        if (isRunning) throw new Error(`the statement is already running, in: ${excerpt(sql)}`);
        isRunning = true;
        try {
          bind(compiled, params);
          while (step(compiled)) if (row(compiled.native.get()) === false) return;
        } finally {
          isRunning = false;
          compiled.native.reset();
        }
      },
      free() {
        // Closing the database has freed all its statements already.
        if (!isFree && isOpen()) compiled.native.free();
        isFree = true;
      },
    };
  };

  return { query, text, run, insert, prepare };
}
