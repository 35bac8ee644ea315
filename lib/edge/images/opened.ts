/**
 * Open images, shared by content: one load however many ask at once, kept open while used and, as long as
 * there is room, afterwards. Counted by uncompressed bytes, and by their number; the longest unused is closed first.
 */
import type { Image, PartEntry } from "../../ports.ts";
import type { Sqlite } from "../sqljs.ts";

export type Lease = Readonly<{
  image: Image;
  /** The uncompressed file; it must not be changed. */
  raw: Buffer;
  release: () => void;
}>;

export type OpenedParts = Readonly<{
  acquire: (dataset: string, part: string, entry: PartEntry) => Promise<Lease>;
  /** Takes a part that was just written, so that reading it needs no download. */
  adopt: (entry: PartEntry, raw: Buffer) => Promise<Lease>;
  /** Whether the content is here to be read without waiting. */
  isOpen: (sha256: string) => boolean;
  openBytes: () => number;
  /** Closes every image, in use or not. */
  close: () => void;
}>;

/**
 * SQLite's wasm opens 4,096 files at most, and takes 0.15 MB for each however small: a process that sees thousands of
 * small versions would come to its end long before the bytes of the files say so.
 */
export const IMAGES_MAX = 256;

type Opened = Readonly<{ image: Image; raw: Buffer; close: () => void }>;
type Slot = {
  readonly bytes: number;
  readonly opening: Promise<Opened>;
  opened: Opened | undefined;
  pins: number;
};

export function openedParts(
  sqlite: () => Promise<Sqlite>,
  load: (dataset: string, part: string, entry: PartEntry) => Promise<Buffer>,
  maxOpenBytes: number,
): OpenedParts {
  /** By sha256, least recently used first. */
  const slots = new Map<string, Slot>();
  let openBytes = 0;

  const evict = (): void => {
    for (const [sha256, slot] of slots) {
      if (openBytes <= maxOpenBytes && slots.size <= IMAGES_MAX) return;
      if (slot.pins > 0 || slot.opened === undefined) continue;
      slots.delete(sha256);
      openBytes -= slot.bytes;
      slot.opened.close();
    }
  };

  const openSlot = (sha256: string, bytes: number, raw: () => Promise<Buffer>): Slot => {
    const opening = Promise.all([sqlite(), raw()]).then(([engine, file]): Opened => {
      const { image, close } = engine.openImage(file);
      return { image, raw: file, close };
    });
    const slot: Slot = { bytes, opening, opened: undefined, pins: 0 };
    slots.set(sha256, slot);
    openBytes += bytes;
    opening.then(
      (opened) => {
        slot.opened = opened;
        // The store was closed while this part was still loading.
        if (slots.get(sha256) !== slot) opened.close();
      },
      () => {
        if (slots.get(sha256) !== slot) return;
        slots.delete(sha256);
        openBytes -= bytes;
      },
    );
    return slot;
  };

  const pin = async (sha256: string, slot: Slot): Promise<Lease> => {
    slots.delete(sha256);
    slots.set(sha256, slot);
    // Pinned before waiting: what is being opened for somebody is never the one to close.
    slot.pins++;
    let isPinned = true;
    const release = (): void => {
      if (!isPinned) return;
      isPinned = false;
      slot.pins--;
      evict();
    };
    try {
      const { image, raw } = await slot.opening;
      evict();
      return { image, raw, release };
    } catch (error) {
      release();
      throw error;
    }
  };

  return {
    acquire: (dataset, part, entry) =>
      pin(
        entry.sha256,
        slots.get(entry.sha256) ??
          openSlot(entry.sha256, entry.raw_bytes, () => load(dataset, part, entry)),
      ),
    adopt: (entry, raw) =>
      pin(
        entry.sha256,
        slots.get(entry.sha256) ?? openSlot(entry.sha256, entry.raw_bytes, async () => raw),
      ),
    isOpen: (sha256) => slots.get(sha256)?.opened !== undefined,
    openBytes: () => openBytes,
    close() {
      for (const slot of slots.values()) slot.opened?.close();
      slots.clear();
      openBytes = 0;
    },
  };
}
