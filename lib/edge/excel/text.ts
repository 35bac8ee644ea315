/** Strings as a worksheet can hold them: XML 1.0 characters only, Excel's own escape for the rest. */

/** The most characters (UTF-16 units) a cell can hold; Excel calls a longer one corrupt. */
export const CELL_CHARACTERS_MAX = 32_767;

// Controls but tab and line feed, DEL, the two non-characters XML forbids, and whatever already looks like an escape.
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const ESCAPED = /[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)/g;

/**
 * The text as stored: cut to what a cell holds, lone surrogates replaced by U+FFFD, characters that XML cannot
 * carry as `_xHHHH_`, and a literal `_x0041_` kept literal. Still to be escaped as XML.
 */
export function cellText(text: string): string {
  return cut(text, CELL_CHARACTERS_MAX)
    .toWellFormed()
    .replace(ESCAPED, (c) => `_x${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}_`);
}

/** At most `length` UTF-16 units, never half a character. */
function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
};

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 cannot carry them
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** For element content and double-quoted attributes; what XML cannot carry is left out. */
export const xml = (text: string): string =>
  text
    .toWellFormed()
    .replace(FORBIDDEN, "")
    .replace(/[&<>"]/g, (c) => ENTITIES[c]!);

// biome-ignore lint/suspicious/noControlCharactersInRegex: plain means none of them
const NOT_PLAIN = /[\u0000-\u001f&<>_\u007f\ud800-\udfff\ufffe\uffff]|^ | $/;

/** The `<t>` element of a string cell. */
export function textElement(text: string): string {
  if (text.length <= CELL_CHARACTERS_MAX && !NOT_PLAIN.test(text)) return `<t>${text}</t>`;
  return `<t xml:space="preserve">${xml(cellText(text))}</t>`;
}

/**
 * Whether a spreadsheet would read the text as a formula if somebody typed it. It is stored as text either way;
 * the cell then also carries the quote prefix, so that editing it leaves it text, and exports keep the sign.
 */
export function needsQuotePrefix(text: string): boolean {
  switch (text.charCodeAt(0)) {
    case 0x09: // tab
    case 0x0d: // carriage return
    case 0x2b: // +
    case 0x2d: // -
    case 0x3d: // =
    case 0x40: // @
      return true;
    default:
      return false;
  }
}
