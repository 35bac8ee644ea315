/** Something that is done on demand, once at a time: a build, an export, a roll-back. */
import { useState } from "react";

export type Act<T> = Readonly<{
  isRunning: boolean;
  /** When it began, of `performance.now()`. */
  sinceMs: number | undefined;
  done: T | undefined;
  error: unknown;
  run: (work: () => Promise<T>) => Promise<void>;
  forget: () => void;
}>;

type State<T> = Readonly<{ sinceMs: number | undefined; done: T | undefined; error: unknown }>;

export function useAct<T>(): Act<T> {
  const idle: State<T> = { sinceMs: undefined, done: undefined, error: undefined };
  const [state, setState] = useState(idle);
  const run = async (work: () => Promise<T>): Promise<void> => {
    setState({ ...idle, sinceMs: performance.now() });
    try {
      const done = await work();
      setState({ ...idle, done });
    } catch (error) {
      setState({ ...idle, error });
    }
  };
  return { ...state, isRunning: state.sinceMs !== undefined, run, forget: () => setState(idle) };
}
