/**
 * SQLite compiled to WebAssembly: images open for reading, part databases open for writing, workspaces.
 *
 * All databases of the process live in one module and so in one in-memory file system: that is how a
 * workspace can attach an image by its file name. Nothing is freed by the garbage collector:
 * every database stays in memory until it is closed.
 */
import initSqlJs, { type Database, type SqlJsConfig, type SqlJsStatic } from "sql.js";
import wasmBinary from "sql.js/dist/sql-wasm.wasm";
import type { Image, PartWriter, Workspace } from "../ports.ts";
import { statements } from "./sqljs/statements.ts";

export type OpenImage = Readonly<{ image: Image; close: () => void }>;

/** A database of its own, open for writing; `close` throws away what `bytes` did not take. */
export type PartDatabase = PartWriter &
  Readonly<{
    /** Writes a defragmented copy of this database into `target`, which must be empty. */
    vacuumInto: (target: PartDatabase) => void;
    /** The file as it stands; no transaction may be open. */
    bytes: () => Buffer;
    close: () => void;
  }>;

export type Sqlite = Readonly<{
  /**
   * Opens an image where it lies: nothing is copied, so the bytes must not change while it is open.
   * Nobody can write it: not through `query`, not through a workspace that attaches it.
   */
  openImage: (bytes: Buffer) => OpenImage;
  /** Opens a copy of the bytes for writing, or a new database. */
  openPart: (bytes?: Buffer) => PartDatabase;
  workspace: () => Workspace;
}>;

/** `filename` is the name in the in-memory file system; the published types leave it out. */
type NamedDatabase = Database & Readonly<{ filename: string }>;

const ALIAS = /^[a-z_][a-z0-9_]*$/;
/** `main` and `temp` are SQLite's own. */
const RESERVED_ALIASES = ["main", "temp"];

/** The copy in memory is thrown away when anything fails, so nothing needs to reach a disk. */
const SCRATCH_SETTINGS = "pragma journal_mode = memory; pragma synchronous = off";

let loading: Promise<Sqlite> | undefined;

/** Compiles SQLite once per process (about 15 ms). */
export function loadSqlite(): Promise<Sqlite> {
  // Old extension functions would replace SQLite's own exp, ln and sqrt.
  const settings: SqlJsConfig & { useOldExtensionFunctions: boolean } = {
    wasmBinary,
    useOldExtensionFunctions: false,
  };
  loading ??= initSqlJs(settings).then(sqliteOf);
  return loading;
}

function sqliteOf(engine: SqlJsStatic): Sqlite {
  const filenames = new WeakMap<Image, { filename: string; isOpen: () => boolean }>();
  const partFilenames = new WeakMap<PartDatabase, string>();

  const create = (bytes?: Uint8Array) => {
    const db = new engine.Database(bytes) as NamedDatabase;
    let open = true;
    const isOpen = () => open;
    const close = (): void => {
      if (open) db.close();
      open = false;
    };
    return { db, isOpen, close };
  };

  const openImage = (bytes: Buffer): OpenImage => {
    // MEMFS takes a file by `slice`, which for a Buffer is a view of the same memory.
    const { db, isOpen, close } = create(bytes);
    try {
      // The read transaction stays open: SQLite then refuses the exclusive lock that a writer of the same
      // file would need, and spares each query the locking.
      db.run("pragma query_only = 1; begin; select 1 from sqlite_schema limit 1");
    } catch (error) {
      close();
      throw error;
    }
    const { query, text, prepare } = statements(
      db,
      isOpen,
      "the image is closed: its snapshot was released",
    );
    const image: Image = { query, text, prepare };
    filenames.set(image, { filename: db.filename, isOpen });
    return { image, close };
  };

  const openPart = (bytes?: Buffer): PartDatabase => {
    // A plain Uint8Array is copied by `slice`; the view itself costs nothing.
    const { db, isOpen, close } = create(
      bytes && new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength),
    );
    db.run(SCRATCH_SETTINGS);
    const { query, run, insert, prepare } = statements(db, isOpen, "the part is closed");
    const part: PartDatabase = {
      query,
      run,
      insert,
      prepare,
      close,
      vacuumInto: (target) => run(`vacuum into '${partFilenames.get(target)!}'`),
      bytes: () => {
        const copy = db.export();
        return Buffer.from(copy.buffer, copy.byteOffset, copy.byteLength);
      },
    };
    partFilenames.set(part, db.filename);
    return part;
  };

  const workspace = (): Workspace => {
    const { db, isOpen, close } = create();
    db.run(SCRATCH_SETTINGS);
    const { query, run, insert, prepare } = statements(db, isOpen, "the workspace is closed");
    const demandAlias = (alias: string): void => {
      if (ALIAS.test(alias) && !RESERVED_ALIASES.includes(alias)) return;
      throw new Error(
        `alias must be a lowercase word other than ${RESERVED_ALIASES.join(", ")}, was "${alias}"`,
      );
    };
    return {
      query,
      run,
      insert,
      prepare,
      close,
      attach(alias, image) {
        demandAlias(alias);
        const file = filenames.get(image);
        if (file === undefined || !file.isOpen()) {
          throw new Error(
            `"${alias}" cannot be attached: the image is closed or not of this store`,
          );
        }
        run(`attach database '${file.filename}' as "${alias}"`);
      },
      detach(alias) {
        demandAlias(alias);
        run(`detach database "${alias}"`);
      },
    };
  };

  return { openImage, openPart, workspace };
}
