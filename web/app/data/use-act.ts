/** Something that is done on demand, once at a time: a build, an export, a roll-back. */
import { useState } from "react";

export type Act<T> = Readonly<{
  isRunning: boolean;
  /** When it began, of `performance.now()`. */
  sinceMs: number | undefined;
  done: T | undefined;
  error: unknown;
  /** How far it is, where it tells. */
  progress: Progress | undefined;
  run: (work: (tell: (progress: Progress) => void) => Promise<T>) => Promise<void>;
  forget: () => void;
}>;

/** So many steps of so many, and what stands since: { steps: 1, of: 3, standing: "to 2021-12-31" }. */
export type Progress = Readonly<{ steps: number; of: number; standing: string }>;

type State<T> = Pick<Act<T>, "sinceMs" | "done" | "error" | "progress">;

export function useAct<T>(): Act<T> {
  const idle: State<T> = {
    sinceMs: undefined,
    done: undefined,
    error: undefined,
    progress: undefined,
  };
  const [state, setState] = useState(idle);
  const tell = (progress: Progress) => setState((before) => ({ ...before, progress }));
  const run: Act<T>["run"] = async (work) => {
    setState({ ...idle, sinceMs: performance.now() });
    try {
      const done = await work(tell);
      setState({ ...idle, done });
    } catch (error) {
      setState({ ...idle, error });
    }
  };
  return { ...state, isRunning: state.sinceMs !== undefined, run, forget: () => setState(idle) };
}
