/**
 * Tells Slack and webhooks of anomalies: a consumer of the log `enriched`, shard by shard. What is told is decided by
 * lib/stream/anomalies/hysteresis.ts.
 *
 * At least once, and as a rule once: what a shard has seen is written after its alerts were delivered, and each delivery is
 * noted by itself. After a crash between the two an alert comes again under the id it had. The sinks do not wait for each
 * other, and none keeps a shard waiting for longer than the budget of a batch: what cannot be delivered by then is kept as a
 * dead letter.
 */
import { createHash } from "node:crypto";
import type { Alert, AlertSink, Cache, Delivery, Instruments, Objects } from "../../ports.ts";
import { type AlertEvent, type AnomalyEvent, alertEvents } from "../../stream/alert-event.ts";
import { Episodes, type EpisodesState } from "../../stream/anomalies/hysteresis.ts";
import type { Severity } from "../../stream/anomalies/rules.ts";
import { sentence } from "../../stream/anomalies/wording.ts";
import { compareSeq, type LogBatch } from "../../stream/record.ts";

export type AlertWorld = Readonly<{
  objects: Pick<Objects, "put">;
  cache: Pick<Cache, "get" | "set">;
  sinks: readonly AlertSink[];
  instruments: Pick<Instruments, "add">;
  nowMs: () => number;
}>;

export type AlertSettings = Readonly<{
  least: Severity;
  /** How long the deliveries of one batch may take together, ms. */
  budgetMs?: number;
}>;

export type AlertSummary = Readonly<{
  records: number;
  /** Records of which an earlier delivery of the batch had been done. */
  repeated: number;
  /** Lines of records that are none. */
  damaged: number;
  anomalies: number;
  /** Anomalies that were to be told. */
  alerts: number;
  /** Of alerts and sinks. */
  delivered: number;
  failed: number;
}>;

type ShardState = Readonly<{ lastSeq: string; episodes: EpisodesState }>;

const BUDGET_MS = 20_000;
const STATE_TTL_SECONDS = 7 * 86_400;
/** Longer than any log keeps its records. */
const SENT_TTL_SECONDS = 8 * 86_400;
/** Deliveries this process remembers by itself. */
const MOST_SENT = 10_000;

const stateKey = ({ log, shard }: LogBatch): string => `alerts:${log}:${shard}:state`;

/**
 * The consumer. It remembers what it wrote, so that a Redis that is away costs at worst an alert more after a restart.
 *
 * @returns takes one batch at a time of a shard; throws AppError DEPENDENCY_DOWN when a dead letter cannot be kept, and then
 * the batch is to be given again
 */
export function alerting(
  world: AlertWorld,
  settings: AlertSettings,
): (batch: LogBatch) => Promise<AlertSummary> {
  const states = new Map<string, ShardState>();
  const sent = new Set<string>();

  return async (batch) => {
    const key = stateKey(batch);
    const state = newer(states.get(key), parsedState(await world.cache.get(key)));
    const told = judged(batch, state, settings.least);
    const { delivered, failed } = await deliver(told.alerts);
    const last = batch.records.at(-1);
    if (last !== undefined && told.records.length > 0) {
      const next: ShardState = { lastSeq: last.seq, episodes: told.episodes.exported() };
      states.set(key, next);
      await world.cache.set(key, JSON.stringify(next), STATE_TTL_SECONDS);
    }
    return {
      records: batch.records.length,
      repeated: batch.records.length - told.records.length,
      ...{ damaged: told.damaged, anomalies: told.anomalies, alerts: told.alerts.length },
      ...{ delivered, failed },
    };
  };

  /** To all sinks at once; what one of them did not take is kept. */
  async function deliver(alerts: readonly Alert[]) {
    const endMs = world.nowMs() + (settings.budgetMs ?? BUDGET_MS);
    const results = await Promise.all(
      world.sinks.map((sink) => deliverTo({ world, sent }, sink, alerts, endMs)),
    );
    const failures = results.flatMap(({ failures: some }) => some);
    await keepDead(world, alerts, failures);
    if (sent.size > MOST_SENT) sent.clear();
    return {
      delivered: results.reduce((sum, { delivered }) => sum + delivered, 0),
      failed: failures.length,
    };
  }
}

/** What is new of a batch, and what is to be told of it. */
function judged(batch: LogBatch, state: ShardState | undefined, least: Severity) {
  const lastSeq = state?.lastSeq;
  const records = batch.records.filter(
    ({ seq }) => lastSeq === undefined || compareSeq(seq, lastSeq) > 0,
  );
  const read = records.flatMap(({ bytes }) => alertEvents(bytes));
  const events = read.filter((event) => event !== "damaged").sort(byTime);
  const episodes = state ? Episodes.restored(state.episodes, least) : new Episodes(least);
  const alerts: Alert[] = [];
  for (const event of events) {
    if (event.kind === "bar") episodes.passed(event);
    else if (episodes.sighted(event) === "told") alerts.push(alertOf(event));
  }
  return {
    ...{ records, episodes, alerts },
    damaged: read.length - events.length,
    anomalies: events.filter(({ kind }) => kind === "anomaly").length,
  };
}

/** An anomaly before the bar it was seen in: otherwise its own bar would count as one without it. */
const byTime = (a: AlertEvent, b: AlertEvent): number =>
  a.endMs - b.endMs || Number(a.kind === "bar") - Number(b.kind === "bar");

function alertOf(anomaly: AnomalyEvent): Alert {
  const { log, shard, symbol, seq, type, severity, window, endMs } = anomaly;
  const name = JSON.stringify([log, shard, symbol, seq]);
  return {
    id: createHash("sha256").update(name).digest("hex").slice(0, 32),
    ...{ symbol, type, severity, window },
    time: new Date(endMs).toISOString(),
    ...{ value: anomaly.value, baseline: anomaly.baseline, threshold: anomaly.threshold },
    says: sentence(anomaly),
  };
}

type Failure = Readonly<{ alert: Alert; sink: string; attempts: number; reason: string }>;
type Noted = Readonly<{ world: AlertWorld; sent: Set<string> }>;

async function deliverTo(
  { world, sent }: Noted,
  sink: AlertSink,
  alerts: readonly Alert[],
  endMs: number,
): Promise<{ delivered: number; failures: Failure[] }> {
  const noteOf = ({ id }: Alert) => `alerts:sent:${id}:${sink.name}`;
  const failures: Failure[] = [];
  const fresh: Alert[] = [];
  for (const alert of alerts) {
    const note = noteOf(alert);
    const isSent = sent.has(note) || (await world.cache.get(note)) !== undefined;
    if (isSent) count(world, sink, "repeated");
    else fresh.push(alert);
  }
  for (let at = 0; at < fresh.length; at += sink.most) {
    const together = fresh.slice(at, at + sink.most);
    const { outcome, attempts, reason = "" } = await timely(sink, together, endMs - world.nowMs());
    for (const alert of together) {
      count(world, sink, outcome);
      if (outcome === "failed") failures.push({ alert, sink: sink.name, attempts, reason });
      else {
        sent.add(noteOf(alert));
        await world.cache.set(noteOf(alert), "1", SENT_TTL_SECONDS);
      }
    }
  }
  return { delivered: fresh.length - failures.length, failures };
}

const timely = async (
  sink: AlertSink,
  alerts: readonly Alert[],
  budgetMs: number,
): Promise<Delivery> =>
  budgetMs > 0
    ? sink.deliver(alerts, budgetMs)
    : { outcome: "failed", attempts: 0, reason: "no time was left for it in its batch" };

const count = (
  { instruments }: AlertWorld,
  { name }: AlertSink,
  outcome: Delivery["outcome"] | "repeated",
): void => instruments.add("qf_alerts_total", { sink: name, outcome });

/** One object for each alert, whichever sinks did not take it. */
async function keepDead(
  { objects, nowMs }: AlertWorld,
  alerts: readonly Alert[],
  failures: readonly Failure[],
): Promise<void> {
  const at = new Date(nowMs()).toISOString();
  for (const alert of alerts) {
    const failed = failures
      .filter((failure) => failure.alert === alert)
      .map(({ sink, attempts, reason }) => ({ sink, attempts, reason }));
    if (failed.length === 0) continue;
    const text = JSON.stringify({ alert, failed, failed_at: at }, null, 2);
    await objects.put(
      `alerts/dead/${alert.time.slice(0, 10)}/${alert.id}.json`,
      Buffer.from(text),
      {
        contentType: "application/json",
      },
    );
  }
}

function parsedState(text: string | undefined): ShardState | undefined {
  if (text === undefined) return undefined;
  try {
    const state = JSON.parse(text) as ShardState;
    if (!/^\d+$/.test(state.lastSeq)) return undefined;
    Episodes.restored(state.episodes);
    return state;
  } catch {
    // Whoever wrote it is another version of this: an alert may come once more.
    return undefined;
  }
}

/** Redis may have lost what this process still knows, or know what another process has done since. */
function newer(a: ShardState | undefined, b: ShardState | undefined): ShardState | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return compareSeq(a.lastSeq, b.lastSeq) >= 0 ? a : b;
}
