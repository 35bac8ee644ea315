/** One version of a dataset held still: its parts are opened on demand and stay until it is released. */
import { AppError } from "../../errors.ts";
import type { Image, Manifest, Snapshot, Workspace } from "../../ports.ts";
import type { Sqlite } from "../sqljs.ts";
import { versionOf } from "./manifest.ts";
import type { Lease, OpenedParts } from "./opened.ts";

/** Versions by the parts they are of: every request for the same names the same few. */
const versionsOf = new WeakMap<Manifest, Map<string, string>>();
const VERSIONS_MAX = 256;

/** A manifest that is served never changes, so its versions are made once. */
function versionIn(manifest: Manifest, parts: readonly string[] | undefined): string {
  const known = versionsOf.get(manifest) ?? new Map<string, string>();
  versionsOf.set(manifest, known);
  // No part is called "*".
  const names = parts?.join(" ") ?? "*";
  const found = known.get(names);
  if (found !== undefined) return found;
  const version = versionOf(manifest, parts);
  if (known.size < VERSIONS_MAX) known.set(names, version);
  return version;
}

/**
 * @param sqlite loaded already, because a workspace is made without waiting
 */
export function snapshotOf(
  dataset: string,
  manifest: Manifest,
  opened: OpenedParts,
  sqlite: Sqlite,
): Snapshot {
  const leases = new Map<string, Promise<Lease>>();
  const workspaces: Workspace[] = [];
  let isReleased = false;

  const demandHeld = (): void => {
    if (isReleased) throw new Error(`the snapshot of "${dataset}" was released`);
  };

  const open = async (part: string): Promise<Image> => {
    demandHeld();
    const entry = manifest.parts[part];
    if (entry === undefined) {
      const names = Object.keys(manifest.parts).sort();
      throw new AppError("UNKNOWN_DATASET", `dataset "${dataset}" has no part "${part}"`, {
        dataset,
        part,
        parts: names,
      });
    }
    let lease = leases.get(part);
    if (lease === undefined) {
      lease = opened.acquire(dataset, part, entry);
      leases.set(part, lease);
      // A failed load may be tried again through the same snapshot.
      lease.catch(() => leases.delete(part));
    }
    return (await lease).image;
  };

  return {
    dataset,
    manifest,
    open,
    isOpen: (part) => {
      const entry = manifest.parts[part];
      return entry !== undefined && opened.isOpen(entry.sha256);
    },
    version: (parts) => versionIn(manifest, parts),
    workspace() {
      demandHeld();
      const workspace = sqlite.workspace();
      workspaces.push(workspace);
      return workspace;
    },
    release() {
      if (isReleased) return;
      isReleased = true;
      // Workspaces first: they may have images of this snapshot attached.
      for (const workspace of workspaces) workspace.close();
      for (const lease of leases.values()) {
        lease.then(
          ({ release }) => release(),
          () => {},
        );
      }
    },
  };
}
