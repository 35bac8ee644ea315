/**
 * Virtual time: what is to happen stands in a queue, and the clock jumps from one event to the next. Before it does,
 * everything the last event has set going in this process (promises, streams) comes to rest; there is nothing else
 * to wait for, since nobody in a simulated run uses a socket, a disk or a thread.
 */
import { atRest } from "./globals.ts";
import type { Random } from "./random.ts";

export type Task = { readonly atMs: number; readonly tie: number; run: (() => void) | undefined };

export type Clock = Readonly<{
  nowMs: () => number;
  after: (delayMs: number, run: () => void) => Task;
  cancel: (task: Task) => void;
  /** Lets things happen until `isDone`. @throws Error when nothing is left to happen, or it never ends */
  run: (isDone: () => boolean) => Promise<void>;
  /** Events that have happened. */
  happened: () => number;
}>;

/** A run has some ten thousand; one that goes on far beyond that goes round in a circle. */
const EVENTS_MAX = 400_000;

const isBefore = (a: Task, b: Task): boolean =>
  a.atMs < b.atMs || (a.atMs === b.atMs && a.tie < b.tie);

export function virtualClock(startMs: number, random: Random): Clock {
  const heap: Task[] = [];
  let nowMs = startMs;
  let happened = 0;

  const swap = (a: number, b: number): void => {
    [heap[a], heap[b]] = [heap[b]!, heap[a]!];
  };

  const push = (task: Task): void => {
    let at = heap.push(task) - 1;
    while (at > 0 && isBefore(heap[at]!, heap[(at - 1) >> 1]!)) {
      swap(at, (at - 1) >> 1);
      at = (at - 1) >> 1;
    }
  };

  const pop = (): Task | undefined => {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right;
      if (least === at) return first;
      swap(at, least);
      at = least;
    }
  };

  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      // What is due at the same instant happens in an order of chance.
      const task: Task = { atMs: nowMs + Math.max(0, delayMs), tie: random.next(), run };
      push(task);
      return task;
    },
    cancel(task) {
      task.run = undefined;
    },
    async run(isDone) {
      while (!isDone()) {
        const task = pop();
        if (task === undefined) throw new Error("the run stands still: nothing is left to happen");
        if (task.run === undefined) continue;
        if (++happened > EVENTS_MAX) throw new Error(`no end after ${EVENTS_MAX} events`);
        nowMs = task.atMs;
        task.run();
        await atRest();
      }
    },
    happened: () => happened,
  };
}
