/** What an answer of a function says of its batch. */
import type { PolledRecord } from "./log-reader.ts";

export type Answer = Readonly<{
  requestId: string;
  statusCode: number;
  /** "Unhandled": the function threw, or was not done in time. */
  functionError?: string | undefined;
  payload: unknown;
}>;

/**
 * Invokes a function and waits for its answer.
 * @throws NotInvoked when the function was not reached
 */
export type Invoke = (
  functionName: string,
  event: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<Answer>;

/** Nobody took the event (throttled, starting, unreachable): it is not the function that failed. */
export class NotInvoked extends Error {
  override readonly name = "NotInvoked";
}

export type Verdict =
  | Readonly<{ outcome: "taken"; state?: unknown }>
  /** All before `from`, an index, is taken; 0 = nothing is. */
  | Readonly<{ outcome: "failed"; from: number; reason: string; state?: unknown }>;

type Expected = Readonly<{ isReportingFailures: boolean; isWindowed: boolean }>;
type Members = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Members =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const failed = (reason: string): Verdict => ({ outcome: "failed", from: 0, reason });

function thrown({ functionError, payload }: Answer): Verdict {
  const { errorType, errorMessage } = isObject(payload) ? payload : {};
  return failed([functionError, errorType, errorMessage].filter(Boolean).join(": "));
}

export function verdictOf(
  answer: Answer,
  records: readonly PolledRecord[],
  { isReportingFailures, isWindowed }: Expected,
): Verdict {
  if (answer.functionError !== undefined) return thrown(answer);
  const payload = answer.payload ?? {};
  if (isWindowed && !(isObject(payload) && isObject(payload.state)))
    return failed("the response has no state, which a function with tumbling windows must return");
  const kept = isWindowed ? { state: (payload as Members).state } : {};
  if (!isReportingFailures) return { outcome: "taken", ...kept };
  if (!isObject(payload)) return failed("the response is no object with batchItemFailures");
  const first = firstFailure(payload.batchItemFailures ?? [], records);
  if (first === undefined) return { outcome: "taken", ...kept };
  if (typeof first === "string") return failed(first);
  const reason = `the function could not take ${records[first]?.seq}`;
  return { outcome: "failed", from: first, reason, ...kept };
}

/** Index of the lowest number that failed; a text when what was reported is wrong; `undefined` when nothing failed. */
function firstFailure(
  failures: unknown,
  records: readonly PolledRecord[],
): number | string | undefined {
  if (!Array.isArray(failures)) return "batchItemFailures is no list";
  const seqs = failures.map((item: unknown) => (isObject(item) ? item.itemIdentifier : undefined));
  const places = seqs.map((seq) => records.findIndex((record) => record.seq === seq));
  const unknown = places.indexOf(-1);
  if (unknown >= 0)
    return `itemIdentifier ${JSON.stringify(seqs[unknown]) ?? "is missing, which"} is no record of the batch`;
  return places.length === 0 ? undefined : Math.min(...places);
}
