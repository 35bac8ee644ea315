/**
 * Path, query and JSON body as one validated object. Whatever is wrong with them is a 400 that names it, or a 422 when
 * the body only has members nobody knows; never a 5xx.
 */
import * as z from "zod";
import { AppError } from "../errors.ts";
import { settled } from "./etag.ts";
import type { HttpEvent, Middleware } from "./http.ts";
import { badRequest, unknownField } from "./problem.ts";
import { recent } from "./recent.ts";
import { jsonObject } from "./request-body.ts";

export type Format = "json" | "csv";
export type InputEvent<S extends z.ZodType> = HttpEvent & { input: z.output<S>; format: Format };

/** Every GET takes these beside its own parameters. */
export const READING = z.object({
  format: z.enum(["json", "csv"], 'must be "json" or "csv"').default("json"),
  /** A sequence number, or any version an earlier answer named: then the newest manifest is looked up first. */
  min_version: z
    .string()
    .regex(
      /^(\d{1,15}|[0-9a-f]{16}(-([0-9a-f]{16}|unchecked)){0,2})$/,
      "must be a sequence number or the dataset_version of an answer",
    )
    .optional(),
});
/** More than any call takes. */
const PARAMETERS_MAX = 100;
const READING_NAMES = Object.keys(READING.shape);

/** What a question says, whoever asks it. */
type Question<S extends z.ZodType> = Readonly<{
  input: z.output<S>;
  format: Format;
  minVersion: string | undefined;
}>;

/** Questions that each chain remembers; a few hundred bytes each, a few kB at most. */
const REMEMBERED = { textsMax: 512, lettersMax: 512 };

/**
 * Parses path, query and JSON body into `event.input`, each name at most once among the three.
 * A GET also gets `event.format` and may tighten `event.freshness` by `min_version`; its input is frozen, because a
 * question that was found right is remembered by its text and not parsed again.
 * @throws AppError BAD_REQUEST or UNKNOWN_FIELD with `errors: [{path, message}]`, PAYLOAD_TOO_LARGE
 */
export const input = <S extends z.ZodType>(schema: S): Middleware<InputEvent<S>> => {
  const known = namesOf(schema);
  const readable = [...known, ...READING_NAMES];
  const questions = recent<Question<S>>(REMEMBERED);

  const question = (event: InputEvent<S>): Question<S> => {
    const given = merged(event, []);
    refuseUnknown(given, readable, new Set());
    const reading = validated(READING, pick(given, READING_NAMES));
    const own = Object.keys(given).filter((name) => !READING_NAMES.includes(name));
    const parsed = validated(schema, pick(given, own));
    return {
      input: typeof parsed === "object" && parsed !== null ? settled(parsed) : parsed,
      format: reading.format,
      minVersion: reading.min_version,
    };
  };

  return {
    before: ({ event }) => {
      const method = event.requestContext?.http?.method ?? "GET";
      if (method !== "GET" && method !== "HEAD") {
        const body = members(jsonObject(event.body, event.isBase64Encoded));
        const given = merged(event, body);
        refuseUnknown(given, known, new Set(body.map(([name]) => name)));
        event.format = "json";
        event.input = validated(schema, given);
        return;
      }
      const text = textOf(event);
      let asked = questions.get(text);
      if (asked === undefined) {
        asked = question(event);
        questions.set(text, asked);
      }
      event.input = asked.input;
      event.format = asked.format;
      event.freshness = tightened(event.freshness, asked.minVersion);
    },
  };
};

/** Path and query as they came. What stands before the query is JSON, so no two questions have one text. */
const textOf = ({ pathParameters, rawQueryString = "" }: HttpEvent): string =>
  `${JSON.stringify(pathParameters ?? {})}?${rawQueryString}`;

function namesOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodPipe) return namesOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodObject) return Object.keys(schema.shape);
  throw new Error("input() takes the schema of an object");
}

const pick = (from: Readonly<Record<string, unknown>>, names: readonly string[]) =>
  Object.fromEntries(
    names.filter((name) => Object.hasOwn(from, name)).map((name) => [name, from[name]]),
  );

function tightened(freshness: HttpEvent["freshness"], minVersion: string | undefined) {
  if (minVersion === undefined) return freshness;
  return minVersion.length >= 16
    ? { ...freshness, revalidate: true }
    : { ...freshness, minSeq: Number(minVersion) };
}

/** The three places as one object; Object.fromEntries makes plain own members even of `__proto__`. */
function merged(event: HttpEvent, body: readonly [string, unknown][]): Record<string, unknown> {
  const entries: [string, unknown][] = [
    ...Object.entries(event.pathParameters ?? {}),
    ...queryEntries(event.rawQueryString ?? ""),
    ...body,
  ];
  const seen = new Set<string>();
  for (const [path] of entries) {
    if (seen.has(path)) throw badRequest([{ path, message: "is given more than once" }]);
    seen.add(path);
  }
  return Object.fromEntries(entries);
}

/** Thousands of unknown names would cost more to sort out than any call needs to answer. */
function members(body: object): [string, unknown][] {
  const found: [string, unknown][] = [];
  for (const name in body) {
    if (found.length === PARAMETERS_MAX) {
      throw badRequest([{ path: "", message: `the body takes at most ${PARAMETERS_MAX} members` }]);
    }
    found.push([name, (body as Record<string, unknown>)[name]]);
  }
  return found;
}

/** Read from the raw text: API Gateway's own parse joins repeated parameters by commas. */
function queryEntries(raw: string): [string, string][] {
  return raw
    .split("&")
    .filter((pair) => pair !== "")
    .map((pair) => {
      const at = pair.indexOf("=");
      const [name, value] = at < 0 ? [pair, ""] : [pair.slice(0, at), pair.slice(at + 1)];
      const path = decoded(name, "");
      const text = decoded(value, path);
      if (text === "")
        throw badRequest([{ path, message: "is empty: give a value or leave it out" }]);
      return [path, text];
    });
}

function decoded(text: string, path: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch (cause) {
    const errors = [{ path, message: `"${text.slice(0, 40)}" is not percent-encoded UTF-8` }];
    throw new AppError(
      "BAD_REQUEST",
      "the query is not percent-encoded UTF-8",
      { errors },
      { cause },
    );
  }
}

function refuseUnknown(
  given: Readonly<Record<string, unknown>>,
  known: readonly string[],
  inBody: ReadonlySet<string>,
): void {
  const unknown = Object.keys(given).filter((name) => !known.includes(name));
  if (unknown.length === 0) return;
  const allowed = known.length === 0 ? "none is taken" : `known are ${known.join(", ")}`;
  const refusal = unknown.every((name) => inBody.has(name)) ? unknownField : badRequest;
  throw refusal(
    unknown.slice(0, 20).map((name) => ({
      path: name.slice(0, 80),
      message: `is not a parameter of this call; ${allowed}`,
    })),
  );
}

/** What a schema makes of a value. @throws AppError BAD_REQUEST or UNKNOWN_FIELD with `errors: [{path, message}]` */
export function validated<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.flatMap((issue) => said(issue, [])).slice(0, 20);
  const isUnknown = faults.every(({ message }) => message === NOT_A_MEMBER);
  throw isUnknown ? unknownField(faults) : badRequest(faults);
}

const NOT_A_MEMBER = "is not a member of this object";

/** One entry per fault; scalars are quoted so that the caller sees which value was meant. */
function said(
  issue: z.core.$ZodIssue,
  above: readonly string[],
): { path: string; message: string }[] {
  const path = [...above, ...issue.path.map(String)];
  if (issue.code === "invalid_union") {
    // Where a choice failed inside one of its forms, that form was meant.
    const meant = issue.errors.find((form) => form.every((inner) => inner.path.length > 0));
    if (meant) return meant.flatMap((inner) => said(inner, path));
  }
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key].join(".").slice(0, 200),
      message: NOT_A_MEMBER,
    }));
  }
  const value = issue.input;
  const scalar = ["string", "number", "boolean"].includes(typeof value);
  const was = scalar ? `, was "${String(value).slice(0, 40)}"` : "";
  return [
    { path: path.join("."), message: value === undefined ? "is required" : issue.message + was },
  ];
}
