/** Which lane of a feed a symbol goes by: always the same for the same number of lanes, so its ticks stay in order. */

/** FNV-1a over the code units, spread by a last multiplication: similar names part. */
export function laneOf(symbol: string, lanes: number): number {
  if (lanes === 1) return 0;
  let hash = 0x811c9dc5;
  for (let at = 0; at < symbol.length; at++) {
    hash = Math.imul(hash ^ symbol.charCodeAt(at), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (hash >>> 0) % lanes;
}

/** "simulate/0": the producer in a frame, the key in the log and the name of the spill. */
export const laneName = (feed: string, lane: number): string => `${feed}/${lane}`;
