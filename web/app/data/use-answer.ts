/** Answers of the service in components: asked once for each request, kept for the way back, asked again on demand. */
import { useCallback, useEffect, useState } from "react";
import { type Answer, ask, type Route, type Sent } from "../../api/client.ts";

export type Loaded<T> = Readonly<{
  /** The last answer, which stays to be seen while another is on its way. */
  answer: T | undefined;
  error: unknown;
  isLoading: boolean;
  reload: () => void;
}>;

const KEPT_MAX = 60;
const kept = new Map<string, unknown>();

function keep(name: string, answer: unknown): void {
  kept.delete(name);
  kept.set(name, answer);
  if (kept.size > KEPT_MAX) kept.delete(kept.keys().next().value!);
}

/** After a key was entered or data were changed nothing known counts any more. */
export const forgetAnswers = (): void => kept.clear();

/** The type says whether a call may go without an argument, which nobody here does. */
const askAny = ask as <R extends Route>(route: R, sent: Sent<R>) => Promise<Answer<R>>;

type State<T> = Readonly<{
  name: string;
  answer: T | undefined;
  error: unknown;
  isLoading: boolean;
}>;

/** @param request `undefined` while it is not known yet what to ask */
export function useAnswer<R extends Route>(
  route: R,
  request: Sent<R> | undefined,
): Loaded<Answer<R>> {
  const name = request && `${route} ${JSON.stringify(request)}`;
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<State<Answer<R>>>({
    name: "",
    answer: undefined,
    error: undefined,
    isLoading: true,
  });

  // biome-ignore lint/correctness/useExhaustiveDependencies: `name` stands for route and request
  useEffect(() => {
    if (name === undefined || request === undefined) return;
    const known = kept.get(name) as Answer<R> | undefined;
    if (known !== undefined) {
      setState({ name, answer: known, error: undefined, isLoading: false });
      return;
    }
    const leaving = new AbortController();
    setState((before) => ({ ...before, error: undefined, isLoading: true }));
    askAny(route, { ...request, signal: leaving.signal }).then(
      (answer) => {
        keep(name, answer);
        setState({ name, answer, error: undefined, isLoading: false });
      },
      (error: unknown) => {
        if (leaving.signal.aborted) return;
        setState((before) => ({ ...before, name, answer: undefined, error, isLoading: false }));
      },
    );
    return () => leaving.abort();
  }, [name, turn]);

  useEffect(() => {
    const again = () => setTurn((before) => before + 1);
    const events = ["key-changed", "data-changed"];
    for (const event of events) addEventListener(event, again);
    return () => {
      for (const event of events) removeEventListener(event, again);
    };
  }, []);

  const reload = useCallback(() => {
    if (name !== undefined) kept.delete(name);
    setTurn((before) => before + 1);
  }, [name]);
  return { answer: state.answer, error: state.error, isLoading: state.isLoading, reload };
}
