/** Patterns of KEYS and SCAN: `*`, `?`, `[a-z]`, `[^a]` and `\` before a character meant as itself. */

const LITERAL = /[\\^$.*+?()[\]{}|/]/g;
const escaped = (text: string) => text.replace(LITERAL, "\\$&");

function characterClass(body: string): string {
  const isNegated = body.startsWith("^");
  const members = (isNegated ? body.slice(1) : body).replace(/[\]\\^]/g, "\\$&");
  return members === "" ? (isNegated ? "[^]" : "(?!)") : `[${isNegated ? "^" : ""}${members}]`;
}

export function globMatcher(pattern: string): (text: string) => boolean {
  if (pattern === "*") return () => true;
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    const end = character === "[" ? pattern.indexOf("]", at + 1) : -1;
    if (character === "*") source += "[^]*";
    else if (character === "?") source += "[^]";
    else if (character === "\\" && at + 1 < pattern.length) source += escaped(pattern[++at]!);
    else if (end > 0) {
      source += characterClass(pattern.slice(at + 1, end));
      at = end;
    } else source += escaped(character);
  }
  const expression = new RegExp(`^${source}$`);
  return (text) => expression.test(text);
}
