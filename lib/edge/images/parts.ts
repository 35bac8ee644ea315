/**
 * A part on its way between an open database and its object: canonical bytes, checks, compression.
 *
 * Canonical means that the bytes depend on schema and rows alone, not on how they came about, so that
 * the same rows written twice are the same object. SQLite keeps history in these places, each removed here:
 * - free pages and page order: the copy by VACUUM INTO is written in key order;
 * - statistics: the old table is dropped and ANALYZE runs on the finished copy;
 * - rows older than an ALTER TABLE ADD COLUMN are stored short: they are rewritten after a migration;
 * - rowids given in order of arrival: tables that have them are refused;
 * - counters in the file header (changes, schema cookie): the copy that `bytes` makes starts them anew.
 */
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { AppError } from "../../errors.ts";
import type { PartEntry, PartWriter } from "../../ports.ts";
import type { PartDatabase, Sqlite } from "../sqljs.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

const SQLITE_HEADER = Buffer.from("SQLite format 3\0");

export type PartDescription = Readonly<Pick<PartEntry, "rows" | "from" | "to">>;

export type PackedPart = Readonly<{
  entry: PartEntry;
  raw: Buffer;
  packed: Buffer;
  /** Why the part must not be published. */
  problem: string | undefined;
}>;

const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** Rewrites every row, so that rows older than a migration are stored like those written after it. */
export function rewriteRows(db: PartWriter): void {
  const columns = db.query<{ table_name: string; column_name: string }>(
    `select t.name as table_name,
            (select c.name from pragma_table_info(t.name) as c order by c.cid desc limit 1) as column_name
       from pragma_table_list as t
      where t.schema = 'main' and t.type = 'table' and t.name not like 'sqlite\\_%' escape '\\'`,
  );
  for (const { table_name: table, column_name: column } of columns) {
    db.run(`update "${table}" set "${column}" = "${column}"`);
  }
}

/** A table whose rowids tell the order of arrival, if there is one. */
function tableWithHistory(db: PartWriter): string | undefined {
  const [row] = db.query<{ name: string }>(
    `select t.name as name
       from pragma_table_list as t
      where t.schema = 'main' and t.type in ('table', 'virtual', 'shadow')
        and t.name <> 'sqlite_schema' and t.name not like 'sqlite\\_stat_' escape '\\' and not t.wr
        and (t.type <> 'table' or t.name = 'sqlite_sequence'
          or (select count(*) from pragma_table_info(t.name) as c where c.pk > 0) <> 1
          or (select upper(c.type) from pragma_table_info(t.name) as c where c.pk > 0) <> 'INTEGER')
      order by t.name limit 1`,
  );
  return row?.name;
}

function demandDescription({ rows, from, to }: PartDescription): void {
  const isCount = Number.isSafeInteger(rows) && rows >= 0;
  const isDays = (from === null) === (to === null) && (from === null || from <= to!);
  if (isCount && isDays) return;
  throw new Error(
    `a part is described by its rows and its days in order, was ${JSON.stringify({ rows, from, to })}`,
  );
}

/**
 * Makes the finished part of a database whose transaction has been committed, and closes the database:
 * at most two uncompressed copies are alive at a time.
 */
export async function pack(
  sqlite: Sqlite,
  db: PartDatabase,
  description: PartDescription,
): Promise<PackedPart> {
  demandDescription(description);
  const table = tableWithHistory(db);
  if (table !== undefined) {
    throw new Error(
      `table "${table}" must be WITHOUT ROWID or have an INTEGER PRIMARY KEY (without AUTOINCREMENT), ` +
        "so that the bytes of its part depend on its rows alone",
    );
  }
  const { raw, problem } = canonical(sqlite, db);
  const packed = await compress(raw, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  const { rows, from, to } = description;
  const entry: PartEntry = {
    sha256: sha256Of(packed),
    bytes: packed.length,
    raw_bytes: raw.length,
    rows,
    from,
    to,
  };
  return { entry, raw, packed, problem };
}

function canonical(sqlite: Sqlite, db: PartDatabase): Pick<PackedPart, "raw" | "problem"> {
  const copy = sqlite.openPart();
  try {
    db.run("drop table if exists sqlite_stat1; pragma temp_store = memory");
    db.vacuumInto(copy);
    db.close();
    copy.run("analyze");
    const problem = checkProblem(copy.query("pragma quick_check"));
    const raw = copy.bytes();
    return { raw, problem };
  } finally {
    copy.close();
  }
}

/** What `pragma quick_check` or `integrity_check` found; `undefined` when all is well. */
export function checkProblem(
  rows: readonly Readonly<Record<string, unknown>>[],
): string | undefined {
  const lines = rows.map((row) => String(Object.values(row)[0]));
  return lines.length === 1 && lines[0] === "ok" ? undefined : lines.slice(0, 5).join("; ");
}

/** Why these compressed bytes are not the part the manifest names; `undefined` when they are. */
function packedProblem(packed: Buffer, entry: PartEntry): string | undefined {
  if (packed.length !== entry.bytes) {
    return `it must have ${entry.bytes} bytes, was ${packed.length}`;
  }
  const sha256 = sha256Of(packed);
  return sha256 === entry.sha256 ? undefined : `its sha256 was ${sha256}`;
}

function rawProblem(raw: Buffer, entry: PartEntry): string | undefined {
  if (raw.length !== entry.raw_bytes) {
    return `it must unpack to ${entry.raw_bytes} bytes, was ${raw.length}`;
  }
  return raw.subarray(0, SQLITE_HEADER.length).equals(SQLITE_HEADER)
    ? undefined
    : "it is not an SQLite database";
}

/** Unpacks a part after checking that it is the one the manifest names. */
export async function unpack(
  packed: Buffer,
  entry: PartEntry,
): Promise<Readonly<{ raw: Buffer } | { problem: string }>> {
  const problem = packedProblem(packed, entry);
  if (problem !== undefined) return { problem };
  let raw: Buffer;
  try {
    // The bound keeps bytes that were packed wrongly from filling the memory.
    raw = await decompress(packed, { maxOutputLength: Math.max(1, entry.raw_bytes) });
  } catch (error) {
    return { problem: `it does not unpack (${(error as Error).message})` };
  }
  const wrong = rawProblem(raw, entry);
  return wrong === undefined ? { raw } : { problem: wrong };
}

/** @throws AppError IMAGE_REFUSED always: names the part, the object and the problem */
export function refuse(dataset: string, part: string, sha256: string, problem: string): never {
  throw new AppError(
    "IMAGE_REFUSED",
    `part "${part}" of dataset "${dataset}" is refused: ${problem}`,
    { dataset, part, sha256, problem },
  );
}
