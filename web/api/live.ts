/**
 * The market as it happens, over a WebSocket (docs/api.md, "Live connections"). Every new item is handed on once and in
 * order, whatever the way to the service does: a connection that is lost is made again, what was missed is asked for, and
 * what nobody can tell any more is reported as a gap. Runs in browsers and in Node.
 */
import { isFinal } from "./live-address.ts";
import { frameOf, grouped, inLists, itemsOf, listOf } from "./live-frames.ts";
import { Inbox } from "./live-inbox.ts";
import {
  type Channel,
  type Gap,
  type How,
  type Item,
  type Position,
  type Topic,
  topicOf,
} from "./live-items.ts";
import { Line, type Status } from "./live-line.ts";
import { type Frame, type Refusal, Requests } from "./live-requests.ts";

export { liveAddress, NoAddressError } from "./live-address.ts";
export type * from "./live-items.ts";
export type { Status } from "./live-line.ts";
export type { Refusal } from "./live-requests.ts";

export type LiveOptions = Readonly<{
  /** Where to connect, asked before each attempt: {@link liveAddress}, or what is known. */
  address: () => string | Promise<string>;
  /** @param sentAt when the service sent it, for an item of the stream */
  onItem: (item: Item, told: Readonly<{ how: How; sentAt: string | undefined }>) => void;
  /** These numbers will never come. */
  onGap?: (gap: Gap) => void;
  onStatus?: (status: Status) => void;
  /** A subscription was refused, or the service ends the connection; or what `address` threw for the last time. */
  onError?: (error: Refusal | unknown) => void;
  /** After so much silence a sign of life is asked for; 20 s unless told otherwise. */
  heartbeatMs?: number;
  /** How long an answer may take before what is shown is stale; 5 s unless told otherwise. */
  answerMs?: number;
  /** The longest pause before a connection is made again, 500 ms; it doubles up to `pauseMsMax`, 30 s. */
  pauseMs?: number;
  pauseMsMax?: number;
  random?: () => number;
}>;

export type Live = Readonly<{
  /** From now on every channel of every symbol is told, beside what is told already; a snapshot comes first. */
  subscribe: (channels: readonly Channel[], symbols: readonly string[]) => void;
  unsubscribe: (channels: readonly Channel[], symbols: readonly string[]) => void;
  status: () => Status;
  close: () => void;
}>;

const topicsOf = (channels: readonly Channel[], symbols: readonly string[]): Topic[] =>
  channels.flatMap((channel) => symbols.map((symbol) => topicOf({ channel, symbol })));

export function connectLive(options: LiveOptions): Live {
  const { onItem, onGap = () => {}, onStatus = () => {}, onError = () => {} } = options;
  const { heartbeatMs = 20_000, answerMs = 5_000, random = Math.random } = options;
  const { pauseMs = 500, pauseMsMax = 30_000 } = options;
  let sentAt: string | undefined;
  let isOpen = false;
  /** Messages that subscribe and were not answered. */
  let subscribing = 0;
  let asking: ReturnType<typeof setTimeout> | undefined;

  const inbox = new Inbox({
    onItem: (item, how) => onItem(item, { how, sentAt }),
    onGap,
    onMissing: () => {
      // Together, as a frame that was lost had items of many symbols.
      asking ??= setTimeout(askMissing, 0);
    },
  });
  const requests = new Requests({
    send: (text) => line.send(text),
    onSilence: () => line.drop(),
    answerMs,
    random,
  });

  const askMissing = () => {
    asking = undefined;
    // Asked for before the service tells of a topic, what happens between the two would be missed again.
    if (!isOpen || subscribing > 0) return;
    const all = inbox.positions;
    inbox.asked(all);
    for (const some of inLists(all)) resume(some);
  };

  const resume = (positions: readonly Position[]) =>
    requests.ask(
      { action: "resume", positions },
      (frame) => {
        inbox.receive(itemsOf(frame.items), "resumed");
        if (frame.more === true) return;
        inbox.resumed(positions, listOf<Gap>(frame.gaps), frame.complete !== false);
      },
      (refusal) => {
        onError(refusal);
        inbox.resumed(positions, [], true);
      },
    );

  const subscribeTo = (topics: readonly Topic[]) => {
    for (const { channels, symbols } of grouped(topics)) {
      const ended = () => {
        subscribing--;
        askMissing();
      };
      subscribing++;
      requests.ask(
        { action: "subscribe", channels, symbols },
        (frame) => {
          inbox.receive(itemsOf(frame.items ?? frame.snapshot), "snapshot");
          if (frame.more === true) return;
          inbox.subscribed(topicsOf(channels, symbols));
          ended();
        },
        (refusal) => {
          inbox.unwant(topicsOf(channels, symbols));
          onError(refusal);
          ended();
        },
      );
    }
  };

  const onFrame = (frame: Frame) => {
    if (requests.answered(frame)) return;
    if (frame.type === "data") {
      sentAt = typeof frame.sent_at === "string" ? frame.sent_at : undefined;
      inbox.receive(itemsOf(frame.items), "stream");
      sentAt = undefined;
    } else if (frame.type === "error") onError(frame as Refusal & Frame);
  };

  const line = new Line({
    address: options.address,
    onOpen: () => {
      isOpen = true;
      inbox.interrupted();
      if (inbox.wanted.length > 0) subscribeTo(inbox.wanted);
      else requests.ask({ action: "ping" }, () => {}, onError);
    },
    onText: (text) => {
      const frame = frameOf(text);
      if (frame) onFrame(frame);
    },
    onLost: () => {
      isOpen = false;
      subscribing = 0;
      requests.clear();
    },
    onStatus,
    onRefused: onError,
    ping: () => requests.ask({ action: "ping" }, () => {}, onError),
    isFinal,
    heartbeatMs,
    answerMs,
    pauseMs,
    pauseMsMax,
    random,
  });

  return {
    subscribe(channels, symbols) {
      const topics = topicsOf(channels, symbols);
      inbox.want(topics);
      if (isOpen) subscribeTo(topics);
    },
    unsubscribe(channels, symbols) {
      inbox.unwant(topicsOf(channels, symbols));
      if (!isOpen || channels.length === 0) return;
      for (const some of inLists(symbols))
        requests.ask({ action: "unsubscribe", channels, symbols: some }, () => {}, onError);
    },
    status: () => line.status,
    close() {
      clearTimeout(asking);
      requests.clear();
      line.close();
    },
  };
}
