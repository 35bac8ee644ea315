/** What an event-source mapping is, in the runner's own words: units last, defaults filled in. */
import type { StartingPosition } from "./log-reader.ts";

export type EventSource =
  | Readonly<{ kind: "kinesis"; arn: string; stream: string }>
  | Readonly<{ kind: "msk"; arn: string; topic: string }>
  | Readonly<{ kind: "kafka"; topic: string; bootstrapServers: readonly string[] }>;

export type Mapping = Readonly<{
  /** Names its checkpoints, also after a restart: "stream-tick.ticks". */
  id: string;
  /** As the function is invoked: "equipoise-local-stream-tick". */
  functionName: string;
  functionArn: string;
  /** How long an invocation may take. */
  timeoutMs: number;
  source: EventSource;
  start: StartingPosition;
  batchSize: number;
  batchWindowMs: number;
  /** Batches of one shard under way at once, each with keys of its own. */
  lanes: number;
  /** Infinity: until it succeeds. */
  retriesMax: number;
  /** Older records are discarded; Infinity keeps all. */
  recordAgeMsMax: number;
  isBisecting: boolean;
  /** Whether the function says which records failed (ReportBatchItemFailures). */
  isReportingFailures: boolean;
  /** 0: no windows. */
  tumblingWindowMs: number;
  /** ARN of what receives the facts about discarded records. */
  onFailureArn: string | undefined;
}>;

export const sourceName = (source: EventSource): string =>
  source.kind === "kinesis" ? source.stream : source.topic;
