/** Dark or light: as the system says, until somebody chooses. */
import { useEffect, useState } from "react";

export type Theme = "dark" | "light";

const NAME = "equipoise-theme";

function chosen(): Theme | undefined {
  try {
    const value = localStorage.getItem(NAME);
    return value === "dark" || value === "light" ? value : undefined;
  } catch {
    // Storage may be forbidden; then the choice holds for the page.
    return undefined;
  }
}

const system = (): Theme =>
  matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";

export function useTheme(): readonly [theme: Theme, turn: () => void] {
  const [theme, setTheme] = useState<Theme>(() => chosen() ?? system());
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: light)");
    const follow = () => chosen() === undefined && setTheme(system());
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  const turn = () => {
    const other = theme === "dark" ? "light" : "dark";
    try {
      localStorage.setItem(NAME, other);
    } catch {
      // As above.
    }
    setTheme(other);
  };
  return [theme, turn];
}
