/** The same jobs done by one thread without faults: what every version must hold, told from the chain of manifests alone. */
import type { Manifest } from "../../lib/ports.ts";
import { type Answer, type Entry, type Job, LEADERS, tallied } from "./jobs.ts";

type State = Readonly<{
  entries: readonly Entry[] | null;
  tally: number;
  position: number | null;
}>;

const EMPTY: State = { entries: null, tally: 7, position: null };

export type Model = Readonly<{
  /** What readers of the version must see, as JSON; `undefined` when there is no such version. */
  answerAt: (seq: number) => string | undefined;
  positionAt: (seq: number) => number | null | undefined;
}>;

function applied(state: State, job: Job): State {
  const { number, ticker, score, position, kind } = job;
  const entry = { number, ticker, score, times: 1 };
  const isEntry = kind === "entry" || kind === "both";
  return {
    entries: isEntry ? [...(state.entries ?? []), entry] : state.entries,
    tally: isEntry ? tallied(state.tally, number) : state.tally,
    position:
      kind === "drop" ? null : kind === "switch" || kind === "both" ? position : state.position,
  };
}

/** Largest score first; equal ones by ticker. */
function leaders(entries: readonly Entry[]): string[] {
  const ranked = [...entries].sort((a, b) => b.score - a.score || (a.ticker < b.ticker ? -1 : 1));
  return ranked.slice(0, LEADERS).map(({ ticker }) => ticker);
}

function answer({ entries, tally, position }: State): Answer {
  const sorted = entries && [...entries].sort((a, b) => a.number - b.number);
  return {
    entries: sorted,
    leaders: sorted && leaders(sorted),
    tally: sorted && tally,
    position,
  };
}

/** @param jobs by id, as the last of a manifest's recent jobs names it */
export function modelOf(chain: readonly Manifest[], jobs: ReadonlyMap<string, Job>): Model {
  const states = new Map<number, State>([[0, EMPTY]]);
  let state = EMPTY;
  for (const { seq, recent_jobs: recent, note } of chain) {
    const target = /^rollback to (\d+)$/.exec(note)?.[1];
    const job = jobs.get(recent.at(-1) ?? "");
    if (target !== undefined) state = states.get(Number(target)) ?? state;
    else if (job !== undefined) state = applied(state, job);
    states.set(seq, state);
  }
  const texts = new Map([...states].map(([seq, at]) => [seq, JSON.stringify(answer(at))]));
  return {
    answerAt: (seq) => texts.get(seq),
    positionAt: (seq) => states.get(seq)?.position,
  };
}
