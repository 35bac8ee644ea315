/** What stands where an answer is to come: that it is on its way, that there is nothing, or why it does not come. */
import type { ReactNode } from "react";
import { NetworkError, ServerError } from "../../api/client.ts";
import type { Loaded } from "../data/use-answer.ts";

type Props<T> = Readonly<{
  loaded: Loaded<T>;
  /** Keeps the place, so that nothing moves when the answer comes. */
  minHeight: number;
  children: (answer: T) => ReactNode;
}>;

/** Shows the answer; while another is on its way the last one stays, dimmed. */
export function Answered<T>({ loaded, minHeight, children }: Props<T>) {
  const { answer, error, isLoading, reload } = loaded;
  if (error !== undefined) return <Failure error={error} retry={reload} />;
  if (answer === undefined) {
    return (
      <div className="waiting" style={{ minHeight }} role="status">
        <span>Loading …</span>
      </div>
    );
  }
  return (
    <div
      className={isLoading ? "answer is-old" : "answer"}
      style={{ minHeight }}
      aria-busy={isLoading}
    >
      {children(answer)}
    </div>
  );
}

/** The server's own words, and what can be done. */
export function Failure({ error, retry }: Readonly<{ error: unknown; retry: () => void }>) {
  const isRefused = error instanceof ServerError;
  const title = isRefused
    ? error.code
    : error instanceof NetworkError
      ? "The service does not answer"
      : "The page has failed";
  const detail = isRefused ? error.detail : String((error as Error)?.message ?? error);
  return (
    <div className="failure" role="alert">
      <strong>{title}</strong>
      <p>{detail}</p>
      {isRefused && error.requestId && <p className="dim">request {error.requestId}</p>}
      <button type="button" onClick={retry}>
        Try again
      </button>
    </div>
  );
}

export const Nothing = ({ children }: Readonly<{ children: ReactNode }>) => (
  <p className="nothing">{children}</p>
);
