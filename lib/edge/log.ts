/**
 * One JSON object per line on standard output, made by the Logger of Powertools for AWS Lambda. Values that could be secrets
 * never reach it. Within an invocation every line carries the facts of that invocation, also of code that knows nothing of it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { LogFormatter, Logger, LogItem, LogLevel } from "@aws-lambda-powertools/logger";
import type { LogAttributes, UnformattedAttributes } from "@aws-lambda-powertools/logger/types";
import { type Config, config, SERVICE } from "../config.ts";
import { once } from "./once.ts";

export type Level = Exclude<Config["LOG_LEVEL"], "silent">;
export type Facts = Readonly<Record<string, unknown>>;

/**
 * What every line of an invocation says. Locally several are under way at once, hence neither one variable nor the Logger's
 * own keys, of which a process has one set.
 */
const invocation = new AsyncLocalStorage<Record<string, unknown>>();

const SECRET_NAME = /authorization|cookie|password|secret|signature|token|ticket|api.?key/i;
const SECRET_TEXT =
  /(\bBearer\s+|\b(?:X-Amz-(?:Signature|Credential|Security-Token)|[\w-]*(?:token|secret|password|api_?key))=)[^\s&"']+/gi;

/** An API key of ours, wherever it was put by mistake; its id may be seen. And a ticket, which stands in addresses. */
const API_KEY = /\b(eq_[a-z2-7]{8})_[a-z2-7]+/g;
const TICKET = /\b(eqt)_[\w-]+/g;

function redacted(name: string, value: unknown): unknown {
  if (SECRET_NAME.test(name)) return "hidden";
  if (typeof value !== "string") return value;
  return value
    .replace(SECRET_TEXT, "$1hidden")
    .replace(API_KEY, "$1_hidden")
    .replace(TICKET, "$1_hidden");
}

/** More are not told: an error may be its own cause. */
const CAUSES_MAX = 5;

class InvocationFormatter extends LogFormatter {
  override formatAttributes(line: UnformattedAttributes, facts: LogAttributes): LogItem {
    const attributes = {
      level: line.logLevel,
      message: line.message,
      timestamp: this.formatTimestamp(line.timestamp),
      service: line.serviceName,
      xray_trace_id: line.xRayTraceId,
      ...invocation.getStore(),
      ...facts,
    };
    return new LogItem({ attributes });
  }

  /** Without what else a client has put on its error: requests and answers whole. */
  override formatError(error: Error, causes = CAUSES_MAX): LogAttributes {
    const { name, message, stack, cause } = error;
    const told = { name, message, stack };
    if (!(cause instanceof Error)) return { ...told, cause };
    return { ...told, cause: causes === 0 ? "..." : this.formatError(cause, causes - 1) };
  }
}

class LineLogger extends Logger {
  /** Whether this is the first invocation of a process that was started for it, which the process says once. */
  isCold(): boolean {
    return this.getColdStart();
  }

  /** The Logger's own way sends warnings and errors to standard error. */
  protected override printLog(_: number, line: LogItem): void {
    line.prepareForPrint();
    process.stdout.write(`${JSON.stringify(line.getAttributes(), this.getJsonReplacer())}\n`);
  }
}

const logger = once(
  () =>
    new LineLogger({
      serviceName: SERVICE,
      sampleRateValue: 0,
      logFormatter: new InvocationFormatter(),
      jsonReplacerFn: redacted,
    }),
);

/**
 * From here on lines belong to an invocation.
 * @param context Lambda's; locally much of it is missing
 * @returns whether the invocation is a cold start
 */
export function beginInvocation(
  requestId: string,
  context: Readonly<{ functionName?: string | undefined }> = {},
): boolean {
  const isCold = logger().isCold();
  invocation.enterWith({
    function_request_id: requestId,
    function_name: context.functionName,
    cold_start: isCold,
  });
  return isCold;
}

/** Adds to what the lines of this invocation say. */
export function noteFacts(facts: Facts): void {
  const known = invocation.getStore();
  if (known) Object.assign(known, facts);
}

let least: Config["LOG_LEVEL"] | undefined;

/** Prints a line when LOG_LEVEL, or the level that is set at Lambda itself, lets this level through. */
export function log(level: Level, message: string, facts: Facts = {}): void {
  const { LOG_LEVEL } = config();
  if (LOG_LEVEL === "silent") return;
  if (LOG_LEVEL !== least) {
    least = LOG_LEVEL;
    logger().setLogLevel(LogLevel[LOG_LEVEL.toUpperCase() as Uppercase<Level>]);
  }
  logger()[level](message, facts);
}
