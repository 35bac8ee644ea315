import type { Keyspace } from "../keyspace.ts";
import type { Reply } from "../reply.ts";

/** One command: `arity` counts its name; negative = at least that many. */
export type CommandSpec = Readonly<{
  arity: number;
  run: (keyspace: Keyspace, args: readonly string[]) => Reply;
}>;
export type CommandSpecs = Readonly<Record<string, CommandSpec>>;

/** Arguments two by two. */
export function pairs(args: readonly string[]): (readonly [string, string])[] {
  return args.flatMap((arg, at) => (at % 2 === 0 ? [[arg, args[at + 1] ?? ""] as const] : []));
}
