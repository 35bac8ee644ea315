/** equipoise feed : keeps the market stream supplied with ticks until it is stopped, or its files end. */
import { config } from "../../lib/config.ts";
import { shareNow } from "../../lib/edge/metrics/invocation.ts";
import { LiveFeed, type LiveFeedFigures } from "../../lib/jobs/live-feed/run.ts";
import { FEEDS, type FeedChoice, type FeedName } from "../../lib/sources/feeds/feeds.ts";
import { world } from "../../lib/world.ts";
import { liveFeedWorld, marketFeed } from "../../lib/world-feeds.ts";
import { badInput } from "../failure.ts";
import { type Command, list, listOf, text, textOf, type Values, wholeOf } from "../flags.ts";
import { count, note, print } from "../table.ts";

/** Flags of some sources alone. */
const OF: Readonly<Record<string, readonly FeedName[]>> = {
  files: ["replay"],
  speed: ["replay"],
  rate: ["simulate"],
  seed: ["simulate"],
  shape: ["simulate"],
};
const TELL_MS = 10_000;
const STOPPED_HARD = 130;

export const command: Command = {
  flags: {
    source: text,
    symbols: text,
    files: list,
    speed: text,
    rate: text,
    seed: text,
    shape: text,
    lanes: text,
  },
  async run(values) {
    const choice = choiceOf(values);
    const lanes = wholeOf(values, "lanes", 1, 1);
    const feed = await marketFeed(choice, tell);
    const live = await liveFeedWorld(feed.name, tell);
    const { eventLog } = world;
    const running = new LiveFeed({ ...live, eventLog }, { feed, lanes });
    const line = lines(choice.source, running);
    const timer = setInterval(line, TELL_MS);
    const stopped = stopSignal();
    try {
      await running.run(stopped.signal);
    } finally {
      clearInterval(timer);
      stopped.release();
      line();
    }
    return running.figures().lost > 0 ? 1 : 0;
  },
};

/** Aborted by the first SIGINT or SIGTERM; the second ends the process with what is not stored yet. */
function stopSignal(): Readonly<{ signal: AbortSignal; release: () => void }> {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(STOPPED_HARD);
    note("stopping: what was read is stored first");
    controller.abort();
  };
  const signals = ["SIGINT", "SIGTERM"] as const;
  for (const signal of signals) process.on(signal, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) process.off(signal, stop);
    },
  };
}

const tell = (event: string, facts: Readonly<Record<string, unknown>>): void =>
  note(
    [
      event,
      ...Object.entries(facts).map(([name, value]) => `${name}=${JSON.stringify(value)}`),
    ].join(" "),
  );

/** Prints one line about the time since the last one, and shares what was counted. */
function lines(source: string, running: LiveFeed): () => void {
  let [lastMs, last] = [world.nowMs(), 0];
  return () => {
    const [nowMs, figures] = [world.nowMs(), running.figures()];
    const rate = Math.round(((figures.packed - last) * 1000) / Math.max(1, nowMs - lastMs));
    [lastMs, last] = [nowMs, figures.packed];
    print(`${new Date(nowMs).toISOString()}  ${source}  ${lineOf(rate, figures)}`);
    void shareNow();
  };
}

const lineOf = (rate: number, figures: LiveFeedFigures): string =>
  [
    `${count(rate)} ticks/s`,
    `${count(figures.packed)} read`,
    `${count(figures.stored)} stored`,
    ...(figures.refused > 0 ? [`${count(figures.refused)} refused`] : []),
    ...(figures.lost > 0 ? [`${count(figures.lost)} LOST`] : []),
    ...(figures.waitingFrames > 0 ? [`${count(figures.waitingFrames)} frames wait`] : []),
    ...(figures.spilledBytes > 0 ? [`${count(figures.spilledBytes)} bytes on disk`] : []),
  ].join("  ");

function choiceOf(values: Values): FeedChoice {
  const source = FEEDS.find((name) => name === values.source);
  if (source === undefined) {
    const was = values.source === undefined ? "is required" : `was "${values.source}"`;
    throw badInput(`--source ${was}`, FEEDS);
  }
  const stranger = Object.keys(OF).find(
    (flag) => values[flag] !== undefined && !OF[flag]!.includes(source),
  );
  if (stranger) throw badInput(`--${stranger} means nothing to --source ${source}`);
  if (source === "replay" && values.symbols !== undefined)
    throw badInput("--symbols means nothing to --source replay: its files say which");
  const shape = textOf(values, "shape") ?? "flat";
  if (shape !== "flat" && shape !== "u")
    throw badInput(`--shape must be flat or u, was "${shape}"`);
  return {
    source,
    symbols: symbolsOf(values),
    files: listOf(values, "files"),
    speed: speedOf(textOf(values, "speed") ?? "1"),
    rate: wholeOf(values, "rate", 100, 1),
    seed: wholeOf(values, "seed", config().SIMULATE_SEED, 0),
    shape,
  };
}

const symbolsOf = (values: Values): string[] =>
  (textOf(values, "symbols") ?? "")
    .split(",")
    .map((symbol) => symbol.trim().toUpperCase())
    .filter((symbol) => symbol !== "");

function speedOf(given: string): number | "max" {
  if (given === "max") return "max";
  const speed = /^\d{1,9}(\.\d{1,6})?$/.test(given) ? Number(given) : 0;
  if (!(speed > 0)) throw badInput(`--speed must be max or a number above 0, was "${given}"`);
  return speed;
}
