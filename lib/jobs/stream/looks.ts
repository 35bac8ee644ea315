/**
 * What the shards of a stream hold now, for who only looks: last trades, forming bars, and up to which number. A look
 * comes from Redis and the few segments that are younger; without Redis from what is stored.
 */

import { AppError } from "../../errors.ts";
import { Processor, type ProcessorOptions } from "../../stream/processor.ts";
import { compareSeq } from "../../stream/record.ts";
import { TICK } from "../../stream/ticks.ts";
import { shardsOf } from "./segments.ts";
import { loadedShard, type StoredStream, segmentsAfter } from "./state.ts";

/** See lib/edge/stream-states.ts. */
export type LookStates = Readonly<{
  /** Shards and the last number taken of each; `undefined` when nobody knows. */
  positions: (log: string) => Promise<Readonly<Record<string, string>> | undefined>;
  state: (log: string, shard: string) => Promise<Uint8Array | undefined>;
}>;

export type LookWorld = StoredStream & Readonly<{ states: LookStates; options: ProcessorOptions }>;

export type Look = Readonly<{ shard: string; lastSeq: string; processor: Processor }>;

/** @returns a reader of one process: it remembers what it saw, and takes only what is new */
export function looker(world: LookWorld, log: string): () => Promise<readonly Look[]> {
  const seen = new Map<string, Processor>();
  let under: Promise<readonly Look[]> | undefined;

  const look = async (shard: string, at: string | undefined): Promise<Look> => {
    const processor = await followed(world, log, shard, at, seen.get(shard));
    seen.set(shard, processor);
    return { shard, lastSeq: processor.lastSeq, processor };
  };

  const looks = async () => {
    const positions = await world.states.positions(log);
    const known = Object.entries(positions ?? {});
    if (known.length > 0) return Promise.all(known.map(([shard, at]) => look(shard, at)));
    const shards = await shardsOf(world.objects, log);
    return Promise.all(shards.map((shard) => look(shard, undefined)));
  };

  return () => {
    under ??= looks().finally(() => {
      under = undefined;
    });
    return under;
  };
}

/** @param at where the shard stands; `undefined` = what is stored is to tell */
async function followed(
  world: LookWorld,
  log: string,
  shard: string,
  at: string | undefined,
  seen: Processor | undefined,
): Promise<Processor> {
  if (seen && at !== undefined && compareSeq(seen.lastSeq, at) >= 0) return seen;
  const packed = await world.states.state(log, shard);
  const told = packed && Processor.restore(await world.packing.unpack(packed));
  const isNewer = told && (!seen || compareSeq(told.lastSeq, seen.lastSeq) > 0);
  const newest = isNewer ? told : seen;
  if (newest && (await isCaughtUp(world, log, shard, newest))) return newest;
  return (await loadedShard(world, log, shard, world.options)).processor;
}

/**
 * @returns false when a segment holds what this state, which has no trades to change, cannot take, or when segments it
 * would have to take were folded and removed
 */
async function isCaughtUp(
  world: LookWorld,
  log: string,
  shard: string,
  processor: Processor,
): Promise<boolean> {
  try {
    for await (const segment of segmentsAfter(world, log, shard, processor.lastSeq)) {
      const { flags } = segment.ticks;
      if (flags?.some((bits) => (bits & (TICK.cancel | TICK.correct)) !== 0)) return false;
      processor.replay(segment);
      processor.lastSeq = segment.through;
    }
    return true;
  } catch (error) {
    if (error instanceof AppError && error.code === "BAD_FILE") return false;
    throw error;
  }
}
