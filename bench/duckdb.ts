/** The peer of the engine comparisons: DuckDB in memory on two threads, its table in the order of days. */
import { DOUBLE, DuckDBDataChunk, DuckDBInstance, INTEGER } from "@duckdb/node-api";
import { type CapsShape, capsDays } from "./caps.ts";

export type Duck = Readonly<{
  /** Result columns in order, as JavaScript numbers. */
  columns: (sql: string) => Promise<number[][]>;
  close: () => void;
}>;

/** Rows of one vector of DuckDB. */
const CHUNK_ROWS = 2048;

/** A table `cap (date, symbol, close, market_cap)` with the rows of {@link capsDays}. */
export async function duckWithCaps(shape: CapsShape): Promise<Duck> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
  const connection = await instance.connect();
  await connection.run(
    "create table cap (date integer not null, symbol integer not null, close double not null, market_cap double)",
  );
  const appender = await connection.createAppender("cap");
  const types = [INTEGER, INTEGER, DOUBLE, DOUBLE];
  for (const { date, close, marketCap } of capsDays(shape)) {
    for (let start = 0; start < close.length; start += CHUNK_ROWS) {
      const end = Math.min(start + CHUNK_ROWS, close.length);
      const chunk = DuckDBDataChunk.create(types);
      const symbols = Array.from({ length: end - start }, (_, i) => start + i + 1);
      const closes = [...close.subarray(start, end)];
      chunk.setColumns([
        symbols.map(() => date),
        symbols,
        closes,
        [...marketCap.subarray(start, end)],
      ]);
      appender.appendDataChunk(chunk);
    }
  }
  appender.closeSync();
  return {
    columns: async (sql) => {
      const result = await connection.runAndReadAll(sql);
      return result.getColumnsJS() as number[][];
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}
