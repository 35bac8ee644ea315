/** Parameters as the document describes them: the input side of what validates the request. */
import * as z from "zod";
import type { Operation } from "./operation.ts";

export type JsonSchema = Readonly<Record<string, unknown>>;
export type JsonObject = JsonSchema &
  Readonly<{ properties: Readonly<Record<string, JsonSchema>>; required: readonly string[] }>;

/** What a name means in every route, unless the route says otherwise. */
const MEANINGS: Readonly<Record<string, string>> = {
  start_date: "First day; the first one there is when omitted. Moves to the next session.",
  end_date: "Last day; the last one there is when omitted. Moves to the session before.",
  date: "A trading day.",
  index: "Id of an index.",
  id: "Id of an index.",
  ticker: "A ticker. Write its `/` as `%2F`.",
  cursor: "The `next` of the answer before.",
  format:
    "`csv` answers the table, where there is one, with codes of the warnings in `X-Warnings`; the other calls answer JSON.",
  min_version:
    "A sequence number of the dataset, or any `dataset_version` an earlier answer named: the store is looked at before answering.",
};

/** The schema of what a caller sends. */
export function inputSchema(schema: z.ZodType): JsonObject {
  const { $schema, properties, ...found } = plain(z.toJSONSchema(schema, { io: "input" }));
  const members = Object.entries((properties ?? {}) as JsonObject["properties"]);
  return {
    required: [],
    ...found,
    properties: Object.fromEntries(
      members.map(([name, member]) => [name, { ...member, ...defaultOf(shapeOf(schema)[name]) }]),
    ),
  };
}

function shapeOf(schema: z.core.$ZodType): Readonly<Record<string, z.core.$ZodType>> {
  if (schema instanceof z.ZodPipe) return shapeOf(schema.in);
  return schema instanceof z.ZodObject ? schema.shape : {};
}

/** Zod leaves out the default of what it transforms, since it is one of the result; of a number both are the same. */
function defaultOf(schema: z.core.$ZodType | undefined): JsonSchema {
  const value = schema instanceof z.ZodDefault ? schema.def.defaultValue : undefined;
  return typeof value === "number" ? { default: value } : {};
}

/** JSON has no `undefined`, by which schemas take a keyword back. */
export const plain = (value: unknown): JsonSchema => JSON.parse(JSON.stringify(value));

/** The names in braces of a route. */
export const pathNames = (route: string): string[] =>
  [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "");

function meaning(name: string, { parameters }: Operation): string {
  const said = parameters?.[name] ?? MEANINGS[name];
  if (said === undefined) throw new Error(`nobody says what the parameter "${name}" means`);
  return said;
}

/** Path, query and headers of a route. Values of the first example stand beside them. */
export function parametersOf(
  route: string,
  operation: Operation,
  reading: z.ZodType,
): readonly JsonSchema[] {
  const inPath = pathNames(route);
  const own = operation.request && inputSchema(operation.request);
  const isGet = route.startsWith("GET ");
  const hasBody = /^(POST|PUT) /.test(route);
  const [example] = operation.examples;
  const path = inPath.map((name) => ({
    name,
    in: "path",
    required: true,
    description: meaning(name, operation),
    schema: own?.properties[name] ?? { type: "string" },
    example: example?.path?.[name],
  }));
  const headers = Object.entries(operation.headers ?? {}).map(([name, { says, schema }]) => ({
    ...{ name, in: "header", required: false, description: says, schema },
    example: example?.headers?.[name],
  }));
  if (!own) return [...path, ...headers];
  const { properties } = isGet ? merged(own, inputSchema(reading)) : own;
  const names = isGet ? Object.keys(properties) : (operation.inQuery ?? []);
  const query = names
    .filter((name) => !inPath.includes(name))
    .map((name) => ({
      name,
      in: "query",
      required: isGet && own.required.includes(name),
      description: hasBody ? "Instead of the member of the body." : meaning(name, operation),
      ...asText(properties[name]!, isGet),
      example: isGet ? exampleValue(properties[name]!, example?.query?.[name]) : undefined,
    }));
  return [...path, ...query, ...headers];
}

const merged = (a: JsonObject, b: JsonObject): JsonObject => ({
  ...a,
  properties: { ...a.properties, ...b.properties },
});

/** An example is of the type its schema names. */
const exampleValue = ({ type }: JsonSchema, text: string | undefined): unknown =>
  text !== undefined && (type === "number" || type === "integer") ? Number(text) : text;

/** Of a choice the form that a query can carry; lists stand there with commas. Beside a body nothing has a default. */
function asText(schema: JsonSchema, hasDefault: boolean): JsonSchema {
  const { default: fallback, ...rest } = schema;
  const forms = (rest.anyOf as readonly JsonSchema[] | undefined) ?? [rest];
  const list = forms.find(({ type }) => type === "array");
  const form = list ?? forms.find(({ type }) => type !== "object") ?? rest;
  return {
    ...(list && { style: "form", explode: false }),
    schema: { ...form, ...(hasDefault && fallback !== undefined && { default: fallback }) },
  };
}

/** The JSON body of a POST or PUT: what the request takes and the path does not name; none where that is nothing. */
export function bodySchema(route: string, operation: Operation): JsonSchema | undefined {
  if (!operation.request || !/^(POST|PUT) /.test(route)) return undefined;
  const inPath = pathNames(route);
  const { properties, required, ...rest } = inputSchema(operation.request);
  const needed = required.filter((name) => !inPath.includes(name));
  const members = Object.entries(properties)
    .filter(([name]) => !inPath.includes(name))
    .map(([name, schema]) => [name, { ...schema, description: meaning(name, operation) }]);
  if (members.length === 0) return undefined;
  return {
    ...rest,
    properties: Object.fromEntries(members),
    ...(needed.length > 0 && { required: needed }),
    additionalProperties: false,
  };
}
