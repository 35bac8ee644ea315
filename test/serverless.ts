/** What serverless.yml wires, read line by line: its functions are plain enough to need no YAML parser. */
import { readFileSync } from "node:fs";

export type Wired = Readonly<{
  name: string;
  /** "functions/index/build.ts" */
  file: string;
  /** "GET /indices", or "$default" */
  routes: string[];
  schedules: string[];
  /** Routes of the WebSocket API: "$connect". */
  sockets: string[];
}>;

export function wiredFunctions(): Wired[] {
  const text = readFileSync("serverless.yml", "utf8");
  const block = text.match(/^functions:\n([\s\S]*?)^\w/m)?.[1] ?? "";
  return block.split(/^ {2}(?=[a-z][\w-]*:$)/m).flatMap((part) => {
    const handler = part.match(/^ {4}handler: (\S+)\.handler$/m)?.[1];
    if (!handler) return [];
    const all = (event: string) =>
      [...part.matchAll(new RegExp(`^ {6}- ${event}: (.+)$`, "gm"))].map(
        ([, value]) => value ?? "",
      );
    return {
      name: part.slice(0, part.indexOf(":")),
      file: `${handler}.ts`,
      routes: all("httpApi").map(routeOf),
      schedules: all("schedule"),
      sockets: all("websocket").map((event) => /^\{ route: (\$\w+)/.exec(event)?.[1] ?? event),
    };
  });
}

/** "GET /indices", or the form with an authorizer: { method: DELETE, path: "/indices/{id}", ... }. */
function routeOf(event: string): string {
  const [, method, path] = event.match(/^\{ method: (\w+), path: "([^"]+)"/) ?? [];
  if (method) return `${method} ${path}`;
  return event === '"*"' ? "$default" : event;
}
