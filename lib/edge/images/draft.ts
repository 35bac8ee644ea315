/** What one attempt of a commit changes: parts are edited on copies and uploaded before any manifest names them. */

import { AppError } from "../../errors.ts";
import type { Draft, Image, Manifest, PartEntry, PartWriter, Snapshot } from "../../ports.ts";
import type { PartDatabase, Sqlite } from "../sqljs.ts";
import type { Context } from "./context.ts";
import { persistently } from "./context.ts";
import { demandPart, isSameEntry, partKey, quarantineKey } from "./manifest.ts";
import type { Lease, OpenedParts } from "./opened.ts";
import {
  type PackedPart,
  type PartDescription,
  pack,
  refuse,
  rewriteRows,
  unpack,
} from "./parts.ts";
import type { Uploads } from "./uploads.ts";

export type OpenDraft = Readonly<{
  draft: Draft;
  /** Names a part whose object is known to be there and young. */
  name: (part: string, entry: PartEntry) => void;
  isChanged: () => boolean;
  close: () => void;
}>;

type Tools = Readonly<{ context: Context; sqlite: Sqlite; opened: OpenedParts; uploads: Uploads }>;

export function openDraft(tools: Tools, base: Snapshot): OpenDraft {
  const { context, sqlite, opened, uploads } = tools;
  const { dataset, manifest } = base;
  const parts: Record<string, PartEntry> = { ...manifest.parts };
  const leases: Lease[] = [];
  const busy = new Set<string>();
  let isClosed = false;

  const demandOpen = (): void => {
    if (isClosed) throw new Error(`the draft of "${dataset}" is closed: its attempt has ended`);
  };

  const hold = (lease: Lease): Lease => {
    leases.push(lease);
    if (isClosed) lease.release();
    return lease;
  };

  const publish = async (
    part: string,
    packed: PackedPart,
    isBaseProven: boolean,
  ): Promise<void> => {
    const { entry, problem } = packed;
    if (problem !== undefined) {
      const key = quarantineKey(dataset, part, entry.sha256);
      await persistently(context, () => context.objects.put(key, packed.packed));
      context.log({ event: "part_quarantined", dataset, part, key, problem });
      refuse(
        dataset,
        part,
        entry.sha256,
        `it failed its checks (${problem}) and is kept as "${key}"`,
      );
    }
    // The object was read a moment ago and the current manifest names it: it is there and stays.
    const isThere = isBaseProven && manifest.parts[part]?.sha256 === entry.sha256;
    if (!isThere) await uploads.part(dataset, entry, packed.packed);
    // Not held: a draft of many parts must not keep all of them in memory.
    (await opened.adopt(entry, packed.raw)).release();
    demandOpen();
    parts[part] = entry;
  };

  const edit: Draft["edit"] = async (part, schema, change, describe) => {
    demandOpen();
    demandPart(part);
    if (busy.has(part)) throw new Error(`part "${part}" is being edited already in this draft`);
    busy.add(part);
    let db: PartDatabase | undefined;
    try {
      const before = parts[part];
      if (before === undefined) {
        db = sqlite.openPart();
      } else {
        const lease = await opened.acquire(dataset, part, before);
        db = sqlite.openPart(lease.raw);
        lease.release();
      }
      const description = await changed(db, { dataset, part }, schema, change, describe);
      await publish(part, await pack(sqlite, db, description), before !== undefined);
    } finally {
      db?.close();
      busy.delete(part);
    }
  };

  return {
    draft: {
      base,
      parts: () => ({ ...parts }),
      edit,
      open: async (part): Promise<Image> => {
        demandOpen();
        const entry = parts[part];
        if (entry === undefined || isSameEntry(entry, manifest.parts[part])) return base.open(part);
        return hold(await opened.acquire(dataset, part, entry)).image;
      },
      drop(part) {
        demandOpen();
        delete parts[part];
      },
      async adopt(wanted) {
        demandOpen();
        for (const [part, entry] of Object.entries(wanted)) {
          demandPart(part);
          if (isSameEntry(entry, manifest.parts[part])) continue;
          if (!(await renewed(tools, dataset, entry))) return false;
        }
        demandOpen();
        for (const part of Object.keys(parts)) delete parts[part];
        Object.assign(parts, wanted);
        return true;
      },
    },
    name(part, entry) {
      parts[part] = entry;
    },
    isChanged: () => !isSameParts(parts, manifest.parts),
    close() {
      isClosed = true;
      for (const { release } of leases) release();
    },
  };
}

/** Reads an uploaded part, checks it and puts it again, so that no collector removes it before the commit. */
async function renewed(
  { context, uploads }: Tools,
  dataset: string,
  entry: PartEntry,
): Promise<boolean> {
  const key = partKey(dataset, entry.sha256);
  const object = await persistently(context, () => context.objects.get(key));
  if (object === undefined || "problem" in (await unpack(object.body, entry))) return false;
  await uploads.part(dataset, entry, object.body);
  return true;
}

function isSameParts(a: Manifest["parts"], b: Manifest["parts"]): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every((part) => isSameEntry(a[part], b[part]));
}

/** Migrates and changes a part database in one transaction, and describes the outcome. */
async function changed(
  db: PartDatabase,
  where: Readonly<{ dataset: string; part: string }>,
  schema: readonly string[],
  change: (db: PartWriter) => void | Promise<void>,
  describe: (db: PartWriter) => PartDescription,
): Promise<PartDescription> {
  db.run("pragma foreign_keys = on; begin immediate");
  const [row] = db.query<{ user_version: number }>("pragma user_version");
  const applied = row!.user_version;
  if (applied > schema.length) {
    throw new AppError(
      "IMAGE_REFUSED",
      `part "${where.part}" of dataset "${where.dataset}" has schema ${applied}; this build knows ${schema.length}: deploy the newer build`,
      { ...where, schema: applied, known_schema: schema.length },
    );
  }
  for (const script of schema.slice(applied)) db.run(script);
  if (applied < schema.length) {
    db.run(`pragma user_version = ${schema.length}`);
    if (applied > 0) rewriteRows(db);
  }
  const { query, run, insert, prepare } = db;
  const writer: PartWriter = { query, run, insert, prepare };
  await change(writer);
  const description = describe(writer);
  db.run("commit");
  return description;
}
