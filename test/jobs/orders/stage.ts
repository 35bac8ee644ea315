/** Orders for tests: records of the log from a seed, and processes that match them over one store and die when told to. */
import { memoryObjects } from "../../../bench/stores.ts";
import { uniform } from "../../../bench/uniform.ts";
import { zstd } from "../../../lib/edge/zstd.ts";
import { ORDERS_LOG } from "../../../lib/jobs/orders/desks.ts";
import { type MatchJob, matchJob } from "../../../lib/jobs/orders/match.ts";
import { encodeCommand, type LogCommand } from "../../../lib/orders/command.ts";
import { Desk } from "../../../lib/orders/desk.ts";
import { keyedOrderId } from "../../../lib/orders/id.ts";
import type { NewOrder } from "../../../lib/orders/order.ts";
import type { LogBatch, LogRecord, Objects } from "../../../lib/ports.ts";
import { decodeFrame } from "../../../lib/stream/frame.ts";
import { effects } from "../killed.ts";

export const SHARD = "shardId-000000000000";
export const UNITS = { tickSize: "0.01", lotSize: "1" };
/** The first record. */
export const BEGIN_MS = Date.UTC(2026, 0, 5, 14, 30);
const SYMBOLS = ["AAA", "BBB", "CC.D"];
const OWNERS = ["eq_one", "eq_two", null];

export const recordOf = (command: LogCommand, at: number, arrivalMs = BEGIN_MS): LogRecord => ({
  seq: String(at),
  key: command.symbol,
  arrivalMs,
  bytes: encodeCommand(command),
});

export const batchOf = (records: readonly LogRecord[]): LogBatch => ({
  log: ORDERS_LOG,
  shard: SHARD,
  records,
});

/** Commands of every kind over a few books, some of them twice, some for orders that are gone, some no command at all. */
export function tape(seed: number, length: number, stepMs = 1000): LogRecord[] {
  const chance = uniform(seed);
  const one = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)]!;
  const known: Readonly<{ id: string; symbol: string; owner: string | null }>[] = [];
  return Array.from({ length }, (_, at): LogRecord => {
    const place = { seq: String(at + 1), arrivalMs: BEGIN_MS + at * stepMs };
    const dice = chance();
    if (dice < 0.01) return { ...place, key: "AAA", bytes: Buffer.from("{oops") };
    const command = commandOf(dice);
    return { ...place, key: command.symbol, bytes: encodeCommand(command) };

    function commandOf(of: number): LogCommand {
      const request = `r${Math.floor(chance() * 1e9)}`;
      const old = known.length > 0 && of < 0.3 ? one(known) : undefined;
      if (of < 0.02) return { kind: "end_day", symbol: one(SYMBOLS), request };
      if (old && of < 0.15)
        return { kind: "cancel", symbol: old.symbol, request, owner: ownerOf(old), id: old.id };
      if (old) {
        const wish =
          chance() < 0.5 ? { sizeLots: 1 + Math.floor(chance() * 30) } : { priceTicks: priceOf() };
        return {
          kind: "amend",
          symbol: old.symbol,
          request,
          owner: ownerOf(old),
          id: old.id,
          ...wish,
        };
      }
      const symbol = one(SYMBOLS);
      const owner = one(OWNERS);
      // Few keys, so that some orders come twice.
      const id = keyedOrderId(symbol, owner, String(Math.floor(chance() * length * 2)));
      known.push({ id, symbol, owner });
      return {
        ...{ kind: "new", symbol, request, owner, units: UNITS, account: one(["main", "other"]) },
        order: { id, ...orderOf() },
      };
    }

    function ownerOf({ owner }: Readonly<{ owner: string | null }>) {
      return chance() < 0.1 ? "eq_stranger" : owner;
    }

    function priceOf(): number {
      return 95 + Math.floor(chance() * 11);
    }

    function orderOf(): Omit<NewOrder, "id"> {
      const sizeLots = 1 + Math.floor(chance() * 20);
      const side = one(["buy", "sell"] as const);
      const prevention = one([
        "none",
        "none",
        "cancel_newest",
        "cancel_oldest",
        "cancel_both",
        "decrement_and_cancel",
      ] as const);
      const base = {
        side,
        sizeLots,
        ...(prevention !== "none" && { selfTradePrevention: prevention }),
      };
      const kind = chance();
      if (kind < 0.1) return { ...base, type: "market", timeInForce: "IOC" };
      if (kind < 0.15) return { ...base, type: "stop", timeInForce: "GTC", stopTicks: priceOf() };
      if (kind < 0.2)
        return {
          ...base,
          type: "stop_limit",
          timeInForce: "DAY",
          stopTicks: priceOf(),
          priceTicks: priceOf(),
        };
      if (kind < 0.25) return { ...base, type: "trailing_stop", timeInForce: "GTC", trailTicks: 2 };
      const limit = { ...base, type: "limit" as const, priceTicks: priceOf() };
      if (kind < 0.35) return { ...limit, timeInForce: one(["IOC", "FOK"] as const) };
      if (kind < 0.45)
        return { ...limit, timeInForce: "GTC", displayLots: Math.max(1, Math.floor(sizeLots / 3)) };
      if (kind < 0.5) return { ...limit, timeInForce: "GTC", postOnly: true };
      return { ...limit, timeInForce: one(["GTC", "DAY"] as const) };
    }
  });
}

/** The desk that all records make when nothing goes wrong. */
export function straight(records: readonly LogRecord[]): Desk {
  const desk = new Desk();
  for (const record of records) desk.take(record);
  return desk;
}

export type Stage = Readonly<{
  objects: Objects;
  positions: Map<string, string>;
  /** Trades as they went out as ticks: "AAA 3 101.25 10", repeats among them. */
  ticks: string[];
}>;

export const stage = (): Stage => ({ objects: memoryObjects(), positions: new Map(), ticks: [] });

export const storeOf = ({ objects, positions }: Stage, isRedisUp = () => true) => ({
  objects,
  packing: zstd,
  states: { positions: async () => (isRedisUp() ? Object.fromEntries(positions) : undefined) },
});

/** A process. `dies` is asked before and after each effect on what is shared; true ends it there for ever. */
export function process(
  { objects, positions, ticks }: Stage,
  dies: () => boolean = () => false,
  isRedisUp: () => boolean = () => true,
  nowMs: () => number = () => BEGIN_MS,
): MatchJob {
  const effect = effects(dies);
  return matchJob({
    objects: { ...objects, put: (...call) => effect(() => objects.put(...call)) },
    packing: zstd,
    states: {
      at: async (_, shard) => (isRedisUp() ? positions.get(shard) : undefined),
      write: (_, shard, at) =>
        effect(() => {
          if (isRedisUp()) positions.set(shard, at);
        }),
    },
    eventLog: {
      append: (_, records) =>
        effect(() => {
          for (const { bytes } of records) {
            const frame = decodeFrame(bytes);
            if (typeof frame === "string") throw new Error(frame);
            const { columns, number, symbols } = frame;
            ticks.push(`${symbols[0]} ${number} ${columns.price[0]} ${columns.size[0]}`);
          }
        }),
    },
    instruments: { add: () => {}, observe: () => {} },
    nowMs,
  });
}
