/** An answer of the service in a component: loading, there, or an error; kept for those who come back to it. */
import { useCallback, useEffect, useState } from "react";
import type { Answer, Route, Sent } from "../../api/client.ts";
import { asked, forgetAnswer, keptAnswer, nameOf, whenForgotten } from "./answers.ts";

export type Loaded<T> = State<T> & Readonly<{ reload: () => void }>;

type State<T> = Readonly<{
  answer: T | undefined;
  error: unknown;
  isLoading: boolean;
}>;

/** @param request `undefined` while it is not known yet what to ask */
export function useAnswer<R extends Route>(
  route: R,
  request: Sent<R> | undefined,
): Loaded<Answer<R>> {
  const name = request && nameOf(route, request);
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<State<Answer<R>>>({
    answer: undefined,
    error: undefined,
    isLoading: true,
  });
  const again = useCallback(() => setTurn((before) => before + 1), []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `name` stands for route and request
  useEffect(() => {
    if (name === undefined || request === undefined) return;
    const known = keptAnswer(name) as Answer<R> | undefined;
    if (known !== undefined) {
      setState({ answer: known, error: undefined, isLoading: false });
      return;
    }
    const leaving = new AbortController();
    const show = (shown: Pick<State<Answer<R>>, "answer" | "error">) => {
      if (!leaving.signal.aborted) setState({ ...shown, isLoading: false });
    };
    setState((before) => ({ ...before, error: undefined, isLoading: true }));
    asked(route, request, leaving.signal).then(
      (answer) => show({ answer, error: undefined }),
      (error: unknown) => show({ answer: undefined, error }),
    );
    return () => leaving.abort();
  }, [name, turn]);

  useEffect(() => whenForgotten(again), [again]);

  const reload = useCallback(() => {
    if (name !== undefined) forgetAnswer(name);
    again();
  }, [name, again]);
  return { ...state, reload };
}
