/** A part of the app whose script comes when it is wanted. */
import { type ComponentType, type ReactNode, useEffect, useState } from "react";
import { Failure } from "./state.tsx";

export type Part<P> = {
  readonly load: () => Promise<ComponentType<P>>;
  /** Since its script has come. */
  there?: ComponentType<P>;
};

type Props<P> = Readonly<{
  part: Part<P>;
  /** What the part is given. */
  given: P;
  /** Stands there until it has come. */
  waiting: ReactNode;
}>;

/**
 * Shows a part, or why its script does not come. React's own `lazy` would keep a failure for ever, and hold back what has
 * come behind a placeholder for 300 ms.
 */
export function Later<P extends object>({ part, given, waiting }: Props<P>) {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<Readonly<{ error?: unknown }>>({});
  // biome-ignore lint/correctness/useExhaustiveDependencies: another turn loads again
  useEffect(() => {
    if (part.there !== undefined) return;
    let isLeft = false;
    const end = (error?: unknown) => !isLeft && setState({ error });
    part.load().then((come) => {
      part.there = come;
      end();
    }, end);
    return () => {
      isLeft = true;
    };
  }, [part, turn]);

  if (part.there !== undefined) {
    const There = part.there;
    return <There {...given} />;
  }
  if (state.error === undefined) return waiting;
  const retry = () => {
    setState({});
    setTurn((before) => before + 1);
    void reloadWhenOutdated();
  };
  return <Failure error={new PartError(state.error)} retry={retry} />;
}

/** A script of the app does not come: the service is away, or is another version than the page. */
class PartError extends Error {
  override readonly name = "PartError";

  constructor(cause: unknown) {
    super(
      "A part of it cannot be loaded: the service is away, or was renewed since it was opened.",
      {
        cause,
      },
    );
  }
}

/** A page that was open while the service was renewed asks for files which are no more; its address holds what it shows. */
async function reloadWhenOutdated(): Promise<void> {
  const page = await fetch("/").catch(() => undefined);
  if (page?.ok !== true) return;
  const now = await page.text();
  const own = [...document.querySelectorAll<HTMLScriptElement>('script[src^="/app/"]')];
  if (!own.every((script) => now.includes(script.getAttribute("src")!))) location.reload();
}
