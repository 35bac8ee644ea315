/** A small stream with all it ever told, read as the service reads it, behind a gateway and with subscribers. */

import type { Subscription } from "../../../lib/access/subscription.ts";
import { instruments } from "../../../lib/edge/metrics/meter.ts";
import { connectionPosts } from "../../../lib/edge/websocket.ts";
import { resume, subscribe, unsubscribe } from "../../../lib/jobs/live/messages.ts";
import { type LivePushOptions, livePush } from "../../../lib/jobs/live/push.ts";
import type { StreamReads } from "../../../lib/jobs/live/reads.ts";
import {
  anomalyItem,
  barItem,
  type Gap,
  type Item,
  indicatorItem,
  type Position,
  tradeItem,
} from "../../../lib/stream/items.ts";
import { type BatchUpdates, mergedTrades, type TradeUpdate } from "../../../lib/stream/updates.ts";
import { anomaly, bar, forming, readings, trade, updates } from "../../live/updates.ts";
import { type LiveGateway, type LiveGatewayOptions, liveGateway } from "./live-gateway.ts";

type Symbol = {
  trades: TradeUpdate[];
  bars: Item[];
  forming: Item | undefined;
  indicators: Item[];
  anomalies: Item[];
};

/** Every batch has trades; each second closes a bar with its readings, each fourth finds an anomaly. */
export function market(symbols: readonly string[]) {
  const all = new Map<string, Symbol>(
    symbols.map((symbol) => [
      symbol,
      { trades: [], bars: [], forming: undefined, indicators: [], anomalies: [] },
    ]),
  );
  const gone = { before: 0 };
  let batches = 0;

  const step = (): BatchUpdates => {
    batches++;
    const parts = symbols.map((symbol, at) => {
      const known = all.get(symbol)!;
      const last = known.trades.at(-1)?.seq ?? 0;
      const told = trade(symbol, last + 1, last + 1 + (batches % 3));
      known.trades.push(told);
      const closes = (batches + at) % 2 === 0;
      const seq = known.bars.length + (closes ? 1 : 0);
      const final = closes ? [bar(symbol, seq, { minute: seq })] : [];
      known.bars.push(...final.map(barItem));
      const open = forming(symbol, seq, seq + 1, told.seq);
      known.forming = barItem(open);
      const reading = closes ? [readings(symbol, seq, seq)] : [];
      known.indicators.push(...reading.map(indicatorItem));
      const found = (batches + at) % 4 === 0 ? [anomaly(symbol, known.anomalies.length + 1)] : [];
      known.anomalies.push(...found.map(anomalyItem));
      return { trades: [told], bars: [...final, open], indicators: reading, anomalies: found };
    });
    return updates({
      trades: parts.flatMap((one) => one.trades),
      bars: parts.flatMap((one) => one.bars),
      indicators: parts.flatMap((one) => one.indicators),
      anomalies: parts.flatMap((one) => one.anomalies),
    });
  };

  const lists = {
    trades: ({ trades }: Symbol) => trades.map(tradeItem),
    bars: ({ bars }: Symbol) => bars,
    indicators: ({ indicators }: Symbol) => indicators,
    anomalies: ({ anomalies }: Symbol) => anomalies,
  };

  const since = ({ channel, symbol, seq }: Position): { items: Item[]; gaps: Gap[] } => {
    const known = all.get(symbol);
    if (!known) return { items: [], gaps: [] };
    if (channel === "trades") {
      const later = known.trades.filter((one) => one.seq > seq);
      return { items: later.length > 0 ? [tradeItem(later.reduce(mergedTrades))] : [], gaps: [] };
    }
    const later = lists[channel](known).filter((one) => one.seq > seq);
    const items = later.filter((one) => one.seq > gone.before);
    const isGap = channel !== "indicators" && items.length < later.length;
    const gap = {
      channel,
      symbol,
      from: seq + 1,
      to: later[later.length - items.length - 1]?.seq ?? 0,
    };
    const now = channel === "bars" && known.forming ? [known.forming] : [];
    return { items: [...items, ...now], gaps: isGap ? [gap] : [] };
  };

  const reads: StreamReads = {
    snapshot: async (channels, names) =>
      names.flatMap((name) => {
        const known = all.get(name);
        if (!known) return [];
        const last = channels.flatMap((channel) =>
          lists[channel](known)
            .slice(-1)
            .filter((one) => channel === "trades" || one.seq > gone.before),
        );
        const now = channels.includes("bars") && known.forming ? [known.forming] : [];
        return [...last, ...now];
      }),
    since: async (positions) => {
      const told = positions.map(since);
      return { items: told.flatMap((one) => one.items), gaps: told.flatMap((one) => one.gaps) };
    },
  };

  return {
    step,
    reads,
    /** Nothing up to this number can be told again. */
    forgetUpTo: (seq: number) => {
      gone.before = seq;
    },
    lastSeq: (symbol: string) => all.get(symbol)!.trades.at(-1)?.seq ?? 0,
    count: (symbol: string, channel: "bars" | "indicators" | "anomalies") =>
      all.get(symbol)![channel].length,
  };
}

export type MarketOptions = Partial<LivePushOptions> &
  Pick<LiveGatewayOptions, "way" | "handshake"> &
  Readonly<{ symbols?: readonly string[] }>;

/** The stream behind a gateway: what is subscribed is kept here, everything else is the service's own. */
export async function liveMarket(options: MarketOptions = {}) {
  const { symbols = ["A", "B"], way, handshake, ...rest } = options;
  const stream = market(symbols);
  let subscriptions: Subscription[] = [];
  const kept = new Map<string, Set<string>>();
  const relist = () => {
    subscriptions = [...kept].map(([id, topics]) => ({
      id,
      keyId: null,
      connectedMs: 0,
      topics: [...topics].sort(),
    }));
  };
  const world = {
    nowMs: Date.now,
    subscriptions: {
      change: async (
        { id }: { id: string },
        change: { add: readonly string[] } | { remove: readonly string[] },
      ) => {
        const topics = kept.get(id) ?? new Set();
        kept.set(id, topics);
        if ("add" in change) for (const topic of change.add) topics.add(topic);
        else for (const topic of change.remove) topics.delete(topic);
        relist();
        return [...topics].sort();
      },
    },
  };
  const state: { refuse: object | undefined; isSilent: boolean } = {
    refuse: undefined,
    isSilent: false,
  };
  const remove = (id: string) => {
    kept.delete(id);
    relist();
  };
  const gateway: LiveGateway = await liveGateway({
    ...(way && { way }),
    ...(handshake && { handshake }),
    onClose: remove,
    async answer({ id, ...message }, connectionId) {
      if (state.isSilent) return undefined;
      if (state.refuse) return { type: "error", id, detail: "no", ...state.refuse };
      const post = async (frame: object) =>
        gateway.send(connectionId, JSON.stringify({ ...frame, id }));
      const asker = { connectionId, connection: undefined, post };
      const wanted = message as never;
      const { action, positions = [] } = message as { action: string; positions?: Position[] };
      if (action === "subscribe")
        return { ...(await subscribe(world, stream.reads, wanted, asker)), id };
      if (action === "unsubscribe") return { ...(await unsubscribe(world, wanted, asker)), id };
      if (action === "resume") return { ...(await resume(stream.reads, positions, asker)), id };
      return { type: "pong", id };
    },
  });
  const live = livePush({
    subscriptions: { all: async () => subscriptions, remove: async (id) => remove(id) },
    posts: connectionPosts({ endpoint: gateway.endpoint, nowMs: Date.now }),
    keys: undefined,
    instruments,
    nowMs: Date.now,
    ...rest,
  });
  return {
    ...stream,
    gateway,
    state,
    subscribed: () => subscriptions.flatMap(({ topics }) => topics),
    /** The next batch, told to whom it may concern. */
    push: () => live.push(stream.step()),
    settled: live.settled,
    close: async () => {
      await gateway.close();
      await live.settled();
    },
  };
}
