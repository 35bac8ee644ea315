/**
 * Reads the YAML that docker-compose.yml is written in: mappings, lists of scalars, flow lists, anchors, merges.
 * Anything else throws, so that the file stays within what is checked here.
 */
export type Yaml = string | readonly Yaml[] | YamlMap;
export type YamlMap = { readonly [key: string]: Yaml };

type Line = Readonly<{ indent: number; text: string }>;

const KEY = /^("[^"]*"|[\w<.-]+):(?:\s+(.*))?$/;

export function readYaml(source: string): YamlMap {
  const lines: Line[] = source
    .split("\n")
    .filter((line) => !/^\s*(#.*)?$/.test(line))
    .map((line) => ({ indent: line.search(/\S/), text: line.trim() }));
  const anchors = new Map<string, Yaml>();
  let at = 0;

  const alias = (name: string): Yaml => {
    const value = anchors.get(name);
    if (value === undefined) throw new Error(`no anchor "${name}"`);
    return value;
  };

  /** Lines from here on that are indented as the first one. */
  const block = (): Yaml => {
    const { indent, text } = lines[at]!;
    return text.startsWith("- ") ? list(indent) : map(indent);
  };

  const list = (indent: number): Yaml[] => {
    const items: Yaml[] = [];
    for (; lines[at]?.indent === indent && lines[at]!.text.startsWith("- "); at++) {
      items.push(scalar(lines[at]!.text.slice(2).trim()));
    }
    return items;
  };

  const map = (indent: number): YamlMap => {
    const entries: Record<string, Yaml> = {};
    while (lines[at]?.indent === indent) {
      const [, key = "", rest = ""] = KEY.exec(lines[at]!.text) ?? [];
      if (key === "") throw new Error(`not understood: "${lines[at]!.text}"`);
      at++;
      const [, anchor, inline = ""] = /^(?:&(\S+)\s*)?(.*)$/.exec(rest)!;
      const isNested = inline === "" && (lines[at]?.indent ?? 0) > indent;
      const value = isNested
        ? block()
        : inline.startsWith("*")
          ? alias(inline.slice(1))
          : scalar(inline);
      if (anchor) anchors.set(anchor, value);
      if (key === "<<") {
        for (const [name, merged] of Object.entries(value as YamlMap)) entries[name] ??= merged;
      } else entries[String(scalar(key))] = value;
    }
    if ((lines[at]?.indent ?? 0) > indent)
      throw new Error(`indented too far: "${lines[at]!.text}"`);
    return entries;
  };

  return map(0);
}

function scalar(text: string): Yaml {
  if (/^[|>{!*&]/.test(text)) throw new Error(`not understood: "${text}"`);
  if (text.startsWith("[")) return flow(text);
  return text.startsWith('"') ? (JSON.parse(text) as string) : text;
}

const flow = (text: string): Yaml[] =>
  (text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|[^,\s][^,]*/g) ?? []).map((item) =>
    scalar(item.trim()),
  );
