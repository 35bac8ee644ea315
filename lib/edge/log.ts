/**
 * One JSON object per line on standard output. Values that could be secrets never reach it. Within an invocation every
 * line carries the facts of that invocation, also of code that knows nothing of it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { config, xrayTraceId } from "../config.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
export type Level = (typeof LEVELS)[number];
export type Facts = Readonly<Record<string, unknown>>;

/** What every line of an invocation says. Locally several are under way at once, hence not one variable. */
const invocation = new AsyncLocalStorage<Record<string, unknown>>();
let isFirst = true;

/**
 * From here on lines belong to an invocation.
 * @param context Lambda's; locally much of it is missing
 */
export function beginInvocation(
  requestId: string,
  context: Readonly<{ functionName?: string | undefined }> = {},
): void {
  invocation.enterWith({
    request_id: requestId,
    function: context.functionName,
    cold_start: isFirst,
    xray_trace_id: xrayTraceId(),
  });
  isFirst = false;
}

/** Adds to what the lines of this invocation say. */
export function noteFacts(facts: Facts): void {
  const known = invocation.getStore();
  if (known) Object.assign(known, facts);
}

const SECRET_NAME = /authorization|cookie|password|secret|signature|token|ticket|api.?key/i;
const SECRET_TEXT =
  /(\bBearer\s+|\b(?:X-Amz-(?:Signature|Credential|Security-Token)|[\w-]*(?:token|secret|password|api_?key))=)[^\s&"']+/gi;

/** An API key of ours, wherever it was put by mistake; its id may be seen. And a ticket, which stands in addresses. */
const API_KEY = /\b(eq_[a-z2-7]{8})_[a-z2-7]+/g;
const TICKET = /\b(eqt)_[\w-]+/g;

function clean(value: unknown, name: string, depth: number): unknown {
  if (SECRET_NAME.test(name)) return "hidden";
  if (typeof value === "string")
    return value
      .replace(SECRET_TEXT, "$1hidden")
      .replace(API_KEY, "$1_hidden")
      .replace(TICKET, "$1_hidden");
  if (typeof value === "bigint") return String(value);
  if (value instanceof Error) return clean(faults(value), "", depth);
  if (typeof value !== "object" || value === null) return value;
  if (depth === 0) return "...";
  if (Array.isArray(value)) return value.map((entry) => clean(entry, "", depth - 1));
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, clean(entry, key, depth - 1)]),
  );
}

const faults = (error: Error): Facts => ({
  name: error.name,
  message: error.message,
  stack: error.stack,
  ...(error.cause === undefined ? {} : { cause: error.cause }),
});

/** The line that {@link log} prints, without its line end. */
export const logLine = (level: Level, message: string, facts: Facts, nowMs: number): string =>
  JSON.stringify({
    time: new Date(nowMs).toISOString(),
    level,
    message,
    ...(clean({ ...invocation.getStore(), ...facts }, "", 6) as Facts),
  });

/** Prints a line when LOG_LEVEL lets this level through. */
export function log(level: Level, message: string, facts: Facts = {}): void {
  const least = config().LOG_LEVEL;
  if (least === "silent" || LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
  process.stdout.write(`${logLine(level, message, facts, Date.now())}\n`);
}
