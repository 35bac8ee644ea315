/** Flags of a command: the API's names with dashes, checked by the API's own schemas. */
import { parseArgs } from "node:util";
import type * as z from "zod";
import { AppError } from "../lib/errors.ts";
import { badInput } from "./failure.ts";

export type Flag = Readonly<{
  type: "string" | "boolean";
  multiple?: boolean;
  /** Given without its name: the words of a command in the order of its flags. */
  isWord?: boolean;
}>;
export type Flags = Readonly<Record<string, Flag>>;
export type Values = Readonly<Record<string, string | boolean | readonly string[] | undefined>>;

export type Command = Readonly<{
  flags: Flags;
  /** Whether it asks S3 or Redis for anything; it does unless it says no. */
  needsStack?: boolean;
  /** @returns the exit code, 0 when nothing */
  run: (values: Values) => Promise<number | undefined>;
}>;

export const text: Flag = { type: "string" };
export const list: Flag = { type: "string", multiple: true };
export const yes: Flag = { type: "boolean" };
export const word: Flag = { type: "string", isWord: true };

/** What the user gave. @throws AppError BAD_REQUEST for a flag that is unknown, repeated or without its value */
export function values(flags: Flags, argv: readonly string[]): Values {
  const [words, named] = parted(flags);
  const { tokens } = parseArgs({ args: [...argv], options: named, strict: false, tokens: true });
  const names = Object.keys(named).map((name) => `--${name}`);
  const found: Record<string, string | boolean | string[]> = {};
  for (const token of tokens) {
    if (token.kind !== "option") {
      const given = token.kind === "positional" ? token.value : "--";
      const name = given === "--" ? undefined : words.shift();
      if (name === undefined) throw badInput(`"${given}" is not a flag`, names);
      found[name] = given;
      continue;
    }
    const flag = Object.hasOwn(named, token.name) ? named[token.name] : undefined;
    if (!flag) throw badInput(`${token.rawName} is not a flag of this command`, names);
    if (flag.type === "boolean") {
      if (token.value !== undefined) throw badInput(`--${token.name} takes no value`);
    } else if (!token.value || (!token.inlineValue && token.value.startsWith("--"))) {
      throw badInput(`--${token.name} needs a value`);
    }
    if (flag.multiple) {
      found[token.name] = [...((found[token.name] as string[]) ?? []), token.value!];
    } else if (token.name in found) {
      throw badInput(`--${token.name} is given more than once`);
    } else found[token.name] = token.value ?? true;
  }
  return found;
}

/** Names of the words, and the flags that have a name. */
function parted(flags: Flags): [words: string[], named: Flags] {
  const entries = Object.entries(flags);
  const words = entries.filter(([, flag]) => flag.isWord).map(([name]) => name);
  return [words, Object.fromEntries(entries.filter(([, flag]) => !flag.isWord))];
}

export const textOf = (values: Values, name: string): string | undefined =>
  values[name] as string | undefined;
export const listOf = (values: Values, name: string): readonly string[] =>
  (values[name] as readonly string[] | undefined) ?? [];

/** --max-stale-days -> max_stale_days. */
export const fieldOf = (flag: string) => flag.replaceAll("-", "_");
const flagOf = (field: string) => `--${field.replaceAll("_", "-")}`;

/** The named flags as the fields of a request; those that were not given are left out. */
export function fields(values: Values, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => values[name] !== undefined).map((name) => [fieldOf(name), values[name]]),
  );
}

/** @throws AppError BAD_REQUEST naming each flag that is wrong */
export function checked<S extends z.ZodType>(schema: S, given: unknown): z.output<S> {
  const parsed = schema.safeParse(given, { reportInput: true });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => fault(issue, []));
  throw new AppError("BAD_REQUEST", [...new Set(faults)].join("; "));
}

type Issue = z.core.$ZodIssue;

/** Members of the request that no flag is called after: what is inside them is. */
const UNNAMED: ReadonlySet<PropertyKey> = new Set(["index", "universe"]);

function fault(issue: Issue, above: readonly PropertyKey[]): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union") {
    // Where a choice failed inside one of its forms, that form was meant.
    const meant = issue.errors.find((branch) => branch.every((inner) => inner.path.length > 0));
    if (meant) return meant.flatMap((inner) => fault(inner, path));
  }
  const named = path.filter((name) => !UNNAMED.has(name)).map(String)[0];
  const flag = named === undefined ? "--index" : flagOf(named);
  const { input, message } = issue;
  if (input === undefined) return [`${flag} is required`];
  const isScalar = typeof input === "string" || typeof input === "number";
  return [`${flag} ${message}${isScalar ? `, was "${input}"` : ""}`];
}

/** A whole number. @throws AppError BAD_REQUEST */
export function wholeOf(values: Values, name: string, fallback: number, min: number): number {
  const given = textOf(values, name);
  if (given === undefined) return fallback;
  const number = /^\d{1,15}$/.test(given) ? Number(given) : Number.NaN;
  if (!(number >= min))
    throw badInput(`--${name} must be a whole number from ${min} up, was "${given}"`);
  return number;
}
