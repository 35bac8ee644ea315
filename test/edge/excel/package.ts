import { unzip } from "../../../lib/edge/excel/zip.ts";

/** The parts of a workbook as text, by name. */
export const partsOf = (bytes: Uint8Array): Map<string, string> =>
  new Map([...unzip(bytes)].map(([name, body]) => [name, body.toString()]));

/** What is wrong with a package by the Open Packaging rules a reader relies on; empty when it is sound. */
export function packageFaults(parts: ReadonlyMap<string, string>): string[] {
  const faults: string[] = [];
  const types = parts.get("[Content_Types].xml") ?? "";
  const overrides = [...types.matchAll(/PartName="\/([^"]+)"/g)].map((m) => m[1]!);
  const defaults = [...types.matchAll(/Extension="([^"]+)"/g)].map((m) => m[1]!);
  for (const name of overrides) if (!parts.has(name)) faults.push(`type of absent part ${name}`);
  if (new Set(overrides).size !== overrides.length) faults.push("a part is typed twice");
  for (const [name, body] of parts) {
    if (name.endsWith("/")) faults.push(`folder ${name}`);
    const generic = name.endsWith(".rels") || name === "[Content_Types].xml";
    if (!generic && !overrides.includes(name)) faults.push(`no type for ${name}`);
    if (generic && !defaults.includes("rels")) faults.push("no default type for rels");
    const problem = malformed(body);
    if (problem !== undefined) faults.push(`${name}: ${problem}`);
    if (!name.endsWith(".rels")) continue;
    const folder = name.replace(/_rels\/[^/]*$/, "");
    const ids = [...body.matchAll(/ Id="([^"]+)"/g)].map((m) => m[1]!);
    if (new Set(ids).size !== ids.length) faults.push(`${name}: an id twice`);
    if (/TargetMode="External"/.test(body)) faults.push(`${name}: leaves the package`);
    for (const [, target] of body.matchAll(/ Target="([^"]+)"/g)) {
      const path = new URL(target!, `file:///${folder}`).pathname.slice(1);
      if (!parts.has(path)) faults.push(`${name}: no part ${path}`);
    }
    const source = parts.get(folder + name.replace(/^.*_rels\//, "").replace(/\.rels$/, ""));
    for (const [, id] of (source ?? "").matchAll(/ r:id="([^"]+)"/g)) {
      if (!ids.includes(id!)) faults.push(`${name}: no relation ${id}`);
    }
  }
  return faults;
}

/** The first thing that makes a text no XML: unbalanced tags, repeated attributes, stray signs or characters. */
function malformed(body: string): string | undefined {
  const open: string[] = [];
  const rest = body.replace(/^<\?xml[^?]*\?>\s*/, "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: XML forbids them
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(rest)) return "a control";
  if (/&(?!(amp|lt|gt|quot|apos|#\d+);)/.test(rest)) return "a stray &";
  const tag = /<(\/?)([\w:.-]+)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>/g;
  for (const [, close, name, attributes, empty] of rest.matchAll(tag)) {
    const names = [...attributes!.matchAll(/([\w:.-]+)="/g)].map((m) => m[1]!);
    if (new Set(names).size !== names.length) return `an attribute twice in <${name}>`;
    if (close === "/") {
      if (open.pop() !== name) return `</${name}> closes another element`;
    } else if (empty !== "/") open.push(name!);
  }
  if (rest.replace(tag, "").includes("<")) return "a broken tag";
  return open.length === 0 ? undefined : `<${open.at(-1)}> is not closed`;
}

/** A string cell's text as Excel reads it. */
export const textOfCell = (element: string): string =>
  element
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&")
    .replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
