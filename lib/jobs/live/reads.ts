/** What is told to a client that comes, or comes back. */
import type { Channel, Gap, Item, Position } from "../../stream/items.ts";

/** Reads the state and the segments of the stream. Both throw AppError DEPENDENCY_DOWN while those cannot be read. */
export type StreamReads = Readonly<{
  /**
   * How these symbols stand: last trade, last final and partial bars of each size, last readings, last anomalies, as
   * far as they are at hand. Where there is none a client asks for what came after 0 at the first item.
   */
  snapshot: (channels: readonly Channel[], symbols: readonly string[]) => Promise<readonly Item[]>;
  /** What came after each position, by rising `seq`; what is too long ago is a gap. */
  since: (
    positions: readonly Position[],
  ) => Promise<Readonly<{ items: readonly Item[]; gaps: readonly Gap[] }>>;
}>;
