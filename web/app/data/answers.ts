/** Answers of the service while somebody may show them: on their way, kept for the way back, forgotten. */
import { type Answer, ask, type Route, type Sent } from "../../api/client.ts";

const KEPT_MAX = 60;
/** For the way back; a page that stays open asks again, as there may be another session by then. */
const KEPT_MS = 60_000;
const kept = new Map<string, Readonly<{ answer: unknown; untilMs: number }>>();

/** Calls that nobody shows yet. */
const ahead = new Map<string, Promise<unknown>>();

/** Those who show an answer, to be told that it counts no more. */
const showing = new Set<() => void>();

/** The same for the same call. */
export const nameOf = (route: Route, request: object): string =>
  `${route} ${JSON.stringify(request)}`;

/** The type says whether a call may go without an argument, which nobody here does. */
const askAny = ask as <R extends Route>(route: R, sent: Sent<R>) => Promise<Answer<R>>;

/** Asks before there is anybody to show it: the first who asks the same takes what comes. */
export function askAhead<R extends Route>(route: R, request: Sent<R>): void {
  const asked = askAny(route, request);
  // Whoever shows it is told.
  asked.catch(() => undefined);
  ahead.set(nameOf(route, request), asked);
}

/** The answer to a call that may be under way already. It is kept. */
export async function asked<R extends Route>(
  route: R,
  request: Sent<R>,
  signal: AbortSignal,
): Promise<Answer<R>> {
  const name = nameOf(route, request);
  const before = ahead.get(name) as Promise<Answer<R>> | undefined;
  ahead.delete(name);
  const answer = await (before ?? askAny(route, { ...request, signal }));
  if (!signal.aborted) keep(name, answer);
  return answer;
}

function keep(name: string, answer: unknown): void {
  kept.delete(name);
  kept.set(name, { answer, untilMs: performance.now() + KEPT_MS });
  if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value!);
}

export function keptAnswer(name: string): unknown {
  const found = kept.get(name);
  return found && performance.now() < found.untilMs ? found.answer : undefined;
}

export const forgetAnswer = (name: string): boolean => kept.delete(name);

/** After a key was entered or data were changed nothing known counts: whoever shows an answer asks again. */
export function forgetAnswers(): void {
  kept.clear();
  ahead.clear();
  for (const again of showing) again();
}

/** @returns what ends it */
export function whenForgotten(again: () => void): () => void {
  showing.add(again);
  return () => {
    showing.delete(again);
  };
}
