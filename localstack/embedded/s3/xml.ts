/** The little XML that S3 speaks: writing answers and reading the flat request bodies. */

const NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/";
const DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n';

/** Text safe inside an element. Control characters become numeric references, as S3 writes them. */
const escapeText = (text: string): string =>
  text.replace(/[&<>"]|\p{Cc}/gu, (character) => {
    if (character === "&") return "&amp;";
    if (character === "<") return "&lt;";
    if (character === ">") return "&gt;";
    if (character === '"') return "&quot;";
    return `&#${character.charCodeAt(0)};`;
  });

/** `<Name>text</Name>`; nothing at all when the value is undefined. */
export const leaf = (name: string, value: string | number | boolean | undefined): string =>
  value === undefined ? "" : `<${name}>${escapeText(String(value))}</${name}>`;

export const branch = (name: string, ...children: readonly string[]): string =>
  `<${name}>${children.join("")}</${name}>`;

/** A whole document in S3's namespace. */
export const xmlDocument = (name: string, ...children: readonly string[]): string =>
  `${DECLARATION}<${name} xmlns="${NAMESPACE}">${children.join("")}</${name}>`;

/** Error documents carry no namespace. */
export const errorDocument = (...children: readonly string[]): string =>
  `${DECLARATION}${branch("Error", ...children)}`;

const ENTITIES: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
};

const unescapeText = (text: string): string =>
  text.replace(/&(#x[0-9a-fA-F]+|#\d+|\w+);/g, (whole, name: string) => {
    if (name.startsWith("#x")) return String.fromCodePoint(Number.parseInt(name.slice(2), 16));
    if (name.startsWith("#")) return String.fromCodePoint(Number(name.slice(1)));
    return ENTITIES[name] ?? whole;
  });

/** The inner XML of every element of that name, in order. Elements of one name must not nest in each other. */
export function elements(xml: string, name: string): string[] {
  const pattern = new RegExp(`<${name}(?:\\s[^>]*)?(?:/>|>([\\s\\S]*?)</${name}>)`, "g");
  return [...xml.matchAll(pattern)].map((match) => match[1] ?? "");
}

/** The text of the first element of that name. */
export function elementText(xml: string, name: string): string | undefined {
  const inner = elements(xml, name)[0];
  return inner === undefined ? undefined : unescapeText(inner);
}
