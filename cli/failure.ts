/** Failures as a terminal shows them: one line with code, message and the facts that help, and an exit code. */
import { STATUS } from "../lib/edge/problem.ts";
import { AppError } from "../lib/errors.ts";

const EXIT_BUG = 1;
const EXIT_BAD_INPUT = 2;
const EXIT_BY_STATUS: Readonly<Record<number, number>> = { 404: 3, 409: 4, 503: 5 };

export const exitCode = (error: unknown): number =>
  error instanceof AppError ? (EXIT_BY_STATUS[STATUS[error.code]] ?? EXIT_BAD_INPUT) : EXIT_BUG;

/** @param known what would have been right */
export const badInput = (message: string, known: readonly string[] = []): AppError =>
  new AppError(
    "BAD_REQUEST",
    known.length > 0 ? `${message}; known are ${known.join(", ")}` : message,
  );

/** Details that repeat the message, or are for programs. */
const UNTOLD: ReadonlySet<string> = new Set([
  "attempts",
  "errors",
  "expected",
  "file",
  "line",
  "operation",
  "reason",
]);
const LONGEST = 200;

export function told(error: unknown): string {
  if (!(error instanceof AppError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return `INTERNAL: a fault of this program, please report it: ${stack}`;
  }
  const facts = Object.entries(error.details)
    .filter(([name, value]) => !UNTOLD.has(name) && value !== null && value !== undefined)
    .map(([name, value]) => `${name} ${text(value)}`)
    .filter((fact) => fact.length <= LONGEST);
  const line = error.message.replaceAll(/\s*\n\s*/g, " ");
  return `${error.code}: ${line}${facts.length > 0 ? ` (${facts.join("; ")})` : ""}`;
}

function text(value: unknown): string {
  if (Array.isArray(value)) return value.map(text).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([name, inner]) => `${name} ${text(inner)}`)
    .join(", ");
}
