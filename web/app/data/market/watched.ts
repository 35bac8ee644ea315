/** The symbols somebody watches, kept in the browser. */
import { useState } from "react";

const NAME = "equipoise-watched";
/** Each is asked for and told of by itself. */
export const WATCHED_MAX = 40;
/** Of a first visit. */
const FIRST = 8;

/** `undefined` until somebody has chosen. */
function stored(): readonly string[] | undefined {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME) ?? "null");
    return Array.isArray(kept) && kept.every((one) => typeof one === "string")
      ? kept.slice(0, WATCHED_MAX)
      : undefined;
  } catch {
    // Storage may be forbidden, or hold something else; then the choice holds for the page.
    return undefined;
  }
}

export type Watched = Readonly<{
  symbols: readonly string[];
  add: (symbol: string) => void;
  remove: (symbol: string) => void;
}>;

/** @param known the symbols to begin with, when nobody has chosen */
export function useWatched(known: readonly string[]): Watched {
  const [chosen, setChosen] = useState(stored);
  const symbols = chosen ?? known.slice(0, FIRST);
  const choose = (next: readonly string[]) => {
    setChosen(next);
    try {
      localStorage.setItem(NAME, JSON.stringify(next));
    } catch {
      // As above.
    }
  };
  return {
    symbols,
    add: (symbol) =>
      choose([...symbols.filter((one) => one !== symbol), symbol].slice(-WATCHED_MAX)),
    remove: (symbol) => choose(symbols.filter((one) => one !== symbol)),
  };
}
