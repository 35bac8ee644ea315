/** Which theme somebody chose. The first look into the store takes a browser its time: main.ts begins with it. */
export type Theme = "dark" | "light";

const NAME = "equipoise-theme";

let known: Theme | undefined | "not read" = "not read";

/** `undefined` while it is as the system says. */
export function chosenTheme(): Theme | undefined {
  if (known === "not read") known = stored();
  return known;
}

function stored(): Theme | undefined {
  try {
    const value = localStorage.getItem(NAME);
    return value === "dark" || value === "light" ? value : undefined;
  } catch {
    // Storage may be forbidden; then the choice holds for the page.
    return undefined;
  }
}

export function chooseTheme(theme: Theme): void {
  known = theme;
  try {
    localStorage.setItem(NAME, theme);
  } catch {
    // As above.
  }
}
