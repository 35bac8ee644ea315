/**
 * Every figure the service keeps of itself: name, what it counts, its labels. Nothing else is measured, and tests hold
 * dashboards, alerts and code against this table. Labels take few values by construction: a route is its pattern, never
 * a path, and no label holds what a caller wrote.
 */
export type Metric = Readonly<{
  type: "counter" | "gauge" | "histogram";
  help: string;
  labels: readonly string[];
  /** Upper bounds of a histogram, rising; one without bound is added. */
  buckets?: readonly number[];
  /** Label values of series that are told as 0 before anything happened: Prometheus sees no rise in what begins at 1. */
  starts?: readonly (readonly string[])[];
}>;

const PARTS = [["s3"], ["redis"], ["kinesis"], ["kafka"], ["vendor"], ["websocket"]] as const;
const DATASETS = [["market"], ["index"], ["bars"], ["orders"], ["risk"]] as const;
const FAILED = [["failed"]] as const;
const AGGRESSORS = [["buy"], ["sell"]] as const;
const REQUEST_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30,
] as const;
const PROCESSING_SECONDS = [
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const;
const BUILD_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;
const RISK_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;
const PUSH_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1] as const;

export const METRICS = {
  qf_api_requests_total: {
    type: "counter",
    help: "Requests answered, by route pattern, method and status.",
    labels: ["route", "method", "status"],
  },
  qf_api_latency_seconds: {
    type: "histogram",
    help: "Time from the arrival of a request at its function to its whole answer.",
    labels: ["route"],
    buckets: REQUEST_SECONDS,
  },
  qf_access_refusals_total: {
    type: "counter",
    help: "Requests refused for who asks or how often, by code.",
    labels: ["code"],
  },
  qf_cache_lookups_total: {
    type: "counter",
    help: "Looks for an answer by level (client, memory, redis, manifest) and outcome (hit, miss, shared with a request under way, stale).",
    labels: ["level", "outcome"],
  },
  qf_dependency_failures_total: {
    type: "counter",
    help: "Calls to a part (s3, redis, kinesis, kafka, vendor, websocket) that failed or were not answered in time, each try counted.",
    labels: ["part"],
    starts: PARTS,
  },
  qf_breaker_opened_total: {
    type: "counter",
    help: "Times a process stopped asking a part after repeated failures or one silence.",
    labels: ["part"],
  },
  qf_breaker_open: {
    type: "gauge",
    help: "1 while the process that answers asks a part no more, else 0.",
    labels: ["part"],
  },
  qf_image_bytes_total: {
    type: "counter",
    help: "Bytes of database images read (compressed), opened (uncompressed) and refused (compressed).",
    labels: ["event"],
  },
  qf_images_refused_total: {
    type: "counter",
    help: "Stored parts and manifests that were not what they should be, and new parts that failed their checks.",
    labels: ["dataset"],
    starts: DATASETS,
  },
  qf_commits_total: {
    type: "counter",
    help: "New versions of a dataset.",
    labels: ["dataset"],
  },
  qf_commit_conflicts_total: {
    type: "counter",
    help: "Attempts at a commit that found another writer had been faster.",
    labels: ["dataset"],
    starts: DATASETS,
  },
  qf_index_builds_total: {
    type: "counter",
    help: "Builds of an index: committed, unchanged, repeated, refused (the request's fault) or failed.",
    labels: ["outcome"],
    starts: FAILED,
  },
  qf_index_build_seconds: {
    type: "histogram",
    help: "Time of a build, whatever came of it.",
    labels: [],
    buckets: BUILD_SECONDS,
  },
  qf_ingestions_total: {
    type: "counter",
    help: "Runs of the ingestion: committed, unchanged, repeated, current (no session was missing) or failed.",
    labels: ["outcome"],
    starts: FAILED,
  },
  qf_ingest_rows_total: {
    type: "counter",
    help: "Rows of a market accepted, repaired and quarantined.",
    labels: ["result"],
  },
  qf_model_trainings_total: {
    type: "counter",
    help: "Models of predictions by what came of their training: skill, no_skill, current (the same bars as before), too_few_bars or failed.",
    labels: ["outcome"],
    starts: FAILED,
  },
  qf_alerts_total: {
    type: "counter",
    help: "Alerts of anomalies by sink (slack, webhook) and outcome: delivered, repeated (it was there already) or failed (kept as a dead letter).",
    labels: ["sink", "outcome"],
    starts: [
      ["slack", "failed"],
      ["webhook", "failed"],
    ],
  },
  qf_market_lag_days: {
    type: "gauge",
    help: "Calendar days from the last stored session to the last session New York has closed; 0 when nothing is missing.",
    labels: [],
  },
  tick_messages_received_total: {
    type: "counter",
    help: "Ticks that came with the log, by what became of them: accepted, late (taken, but a bar they belong to was over), refused, repeat.",
    labels: ["result"],
    starts: [["refused"], ["late"]],
  },
  aggregated_messages_received_total: {
    type: "counter",
    help: "Bars that were told as final, revisions included.",
    labels: [],
  },
  processing_latency_seconds: {
    type: "histogram",
    help: "Time from a record's arrival in the log to the end of its processing.",
    labels: [],
    buckets: PROCESSING_SECONDS,
  },
  stream_frames_total: {
    type: "counter",
    help: "Records of the log by what became of them: taken, repeat, and missing where the numbers of a producer leap.",
    labels: ["result"],
    starts: [["missing"]],
  },
  messages_per_second: {
    type: "gauge",
    help: "Ticks a second that a shard took over the second before the end of its last batch, by log and shard.",
    labels: ["log", "shard"],
  },
  kafka_consumer_lag: {
    type: "gauge",
    help: "Records of a Kafka partition that are not done with yet, up to its end.",
    labels: ["topic", "partition"],
  },
  stream_compactions_total: {
    type: "counter",
    help: "Runs of the compaction: folded, idle (there was nothing to fold), damaged (a segment cannot be read or is missing) or failed.",
    labels: ["outcome"],
    starts: [["failed"], ["damaged"]],
  },
  active_websocket_connections: {
    type: "gauge",
    help: "Live connections of all processes; one whose end nobody told counts for two hours at most.",
    labels: [],
  },
  qf_live_events_total: {
    type: "counter",
    help: "Connections opened (connect) and ended (disconnect) and messages, by outcome: ok, or the code of the refusal.",
    labels: ["event", "outcome"],
  },
  stream_iterator_age_seconds: {
    type: "gauge",
    help: "Age of the newest record of the last batch a stream function was given, by log and shard.",
    labels: ["log", "shard"],
  },
  qf_live_pushes_total: {
    type: "counter",
    help: "Frames of the stream to live connections: sent, gone (the connection was over), failed, ended (it may read no more, or was too slow).",
    labels: ["outcome"],
    starts: FAILED,
  },
  qf_live_push_seconds: {
    type: "histogram",
    help: "Time a batch of the stream was held up by telling it to live connections.",
    labels: [],
    buckets: PUSH_SECONDS,
  },
  qf_order_commands_total: {
    type: "counter",
    help: "Commands of the log orders by kind (new, amend, cancel, end_day, unknown) and outcome: placed, amended, cancelled, day_ended, refused, repeated or damaged.",
    labels: ["kind", "outcome"],
    starts: [["unknown", "damaged"]],
  },
  qf_order_latency_seconds: {
    type: "histogram",
    help: "Time from a command's arrival in the log until its book has taken it and that is stored.",
    labels: [],
    buckets: PROCESSING_SECONDS,
  },
  qf_trades_total: {
    type: "counter",
    help: "Trades of the order books, by the side that came in.",
    labels: ["aggressor"],
    starts: AGGRESSORS,
  },
  qf_trade_volume_total: {
    type: "counter",
    help: "Lots traded in the order books, by the side that came in.",
    labels: ["aggressor"],
    starts: AGGRESSORS,
  },
  qf_orderbook_size: {
    type: "gauge",
    help: "Orders that rest in the books of a shard.",
    labels: ["shard"],
  },
  qf_orderbook_imbalance: {
    type: "gauge",
    help: "How the books of a shard lean: bid minus offer over both, of the lots shown on the best five levels, -1 to 1, the mean of its books.",
    labels: ["shard"],
  },
  qf_order_folds_total: {
    type: "counter",
    help: "Runs that fold closed orders and trades into their dataset: folded, idle (there was nothing to fold) or failed.",
    labels: ["outcome"],
    starts: FAILED,
  },
  feed_ticks_total: {
    type: "counter",
    help: "Ticks of a feed: stored in the log, lost (neither log nor spill took them), refused, malformed, repeated, unmatched (a correction of an unknown trade) and ignored (no trade).",
    labels: ["feed", "result"],
  },
  feed_reconnects_total: {
    type: "counter",
    help: "Connections of a feed that were made again.",
    labels: ["feed"],
  },
  feed_gaps_total: {
    type: "counter",
    help: "Times in which a feed may have missed ticks: its vendor sends none again.",
    labels: ["feed"],
  },
  feed_spill_bytes_total: {
    type: "counter",
    help: "Bytes of frames written to disk while the log was away, and read again; the difference waits there.",
    labels: ["feed", "event"],
  },
  qf_risk_calculations_total: {
    type: "counter",
    help: "Calculations of risk that were not answered from a cache, by kind (metrics, hedge, stress) and outcome: done, refused (the request's fault) or failed.",
    labels: ["kind", "outcome"],
    starts: [
      ["metrics", "failed"],
      ["hedge", "failed"],
      ["stress", "failed"],
    ],
  },
  qf_risk_calc_latency_seconds: {
    type: "histogram",
    help: "Time of a calculation of risk by kind, whatever came of it.",
    labels: ["kind"],
    buckets: RISK_SECONDS,
  },
  qf_var_value: {
    type: "gauge",
    help: "Value at risk of the portfolio that was measured last, at 97.5 % and one day, as a fraction of its gross exposure, by method.",
    labels: ["method"],
  },
  qf_es_value: {
    type: "gauge",
    help: "Expected shortfall of the portfolio that was measured last, at 97.5 % and one day, as a fraction of its gross exposure, by method.",
    labels: ["method"],
  },
  qf_metrics_shared: {
    type: "gauge",
    help: "1 when the counts are those of all processes, 0 when Redis is away and they are of the answering process alone.",
    labels: [],
  },
} as const satisfies Readonly<Record<string, Metric>>;

type Table = typeof METRICS;
export type MetricName = keyof Table;
type Named<Type extends Metric["type"]> = {
  [Name in MetricName]: Table[Name]["type"] extends Type ? Name : never;
}[MetricName];
/** A value for each label of a metric. */
export type LabelsOf<Name extends MetricName> = Readonly<
  Record<Table[Name]["labels"][number], string>
>;

/** Where code says what happened. Nothing of it throws, waits or leaves the process. */
export type Instruments = Readonly<{
  /** Raises a counter by a whole number, 1 when omitted. */
  add: <Name extends Named<"counter">>(name: Name, labels: LabelsOf<Name>, by?: number) => void;
  /** The present value of a gauge in this process. */
  set: <Name extends Named<"gauge">>(name: Name, labels: LabelsOf<Name>, value: number) => void;
  observe: <Name extends Named<"histogram">>(
    name: Name,
    labels: LabelsOf<Name>,
    value: number,
  ) => void;
}>;
