/** Dark or light: as the system says, until somebody chooses. */
import { useEffect, useState } from "react";
import { chooseTheme, chosenTheme, type Theme } from "../data/chosen-theme.ts";

export type { Theme } from "../data/chosen-theme.ts";

const system = (): Theme =>
  matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";

export function useTheme(): readonly [theme: Theme, turn: () => void] {
  const [theme, setTheme] = useState<Theme>(() => chosenTheme() ?? system());
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: light)");
    const follow = () => chosenTheme() === undefined && setTheme(system());
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  const turn = () => {
    const other = theme === "dark" ? "light" : "dark";
    chooseTheme(other);
    setTheme(other);
  };
  return [theme, turn];
}
