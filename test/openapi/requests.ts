/** Requests made from the API document alone: such as it describes, and such with one thing wrong. */
import fc from "fast-check";
import type { Sent } from "../functions/service.ts";
import {
  type Documented,
  type OpenApi,
  type Parameter,
  type Route,
  type Schema,
  schemas,
} from "./contract.ts";

export type Made = Readonly<{ route: string; target: string; sent: Sent }>;

/** Values the market of the tests knows, by the name of their parameter; a schema cannot tell them. */
export type Known = Readonly<Record<string, readonly unknown[]>>;

type Arbitrary = fc.Arbitrary<unknown>;

/** Any value that a schema of the document lets through. */
export function valuesOf(schema: Schema, document: OpenApi): Arbitrary {
  if (typeof schema.$ref === "string") {
    const name = schema.$ref.split("/").at(-1)!;
    return valuesOf(document.components.schemas[name]!, document);
  }
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  if ("const" in schema) return fc.constant(schema.const);
  const forms = (schema.anyOf ?? schema.oneOf) as readonly Schema[] | undefined;
  if (forms) return fc.oneof(...forms.map((form) => valuesOf(form, document)));
  switch (schema.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer(bounds(schema));
    case "number":
      return fc.double({ ...bounds(schema), noNaN: true, noDefaultInfinity: true }).map(inDigits);
    case "array":
      return fc.uniqueArray(valuesOf(schema.items as Schema, document), {
        minLength: (schema.minItems as number | undefined) ?? 0,
        maxLength: Math.min((schema.maxItems as number | undefined) ?? 3, 5),
      });
    case "object":
      return members(schema, document);
    default:
      return texts(schema);
  }
}

const bounds = ({ minimum = -1e6, maximum = 1e6 }: Schema) => ({
  min: minimum as number,
  max: maximum as number,
});

/** As people write numbers: without an exponent, within the bounds. */
const inDigits = (value: number) =>
  Math.sign(value) * Math.floor(Math.abs(value) * 1e6) * 1e-6 || 1;

function texts(schema: Schema): Arbitrary {
  if (schema.format === "date") return dates;
  const refused = (schema.not as Schema | undefined)?.const;
  const form = schema.pattern as string | undefined;
  return (
    form === undefined ? fc.string({ maxLength: 20 }) : fc.stringMatching(RegExp(form))
  ).filter((text) => text !== refused && text !== "");
}

const MS_PER_DAY = 86_400_000;
/** 1900-01-01 to 2100-12-31. */
const dates = fc
  .integer({ min: -25_567, max: 47_846 })
  .map((day) => new Date(day * MS_PER_DAY).toISOString().slice(0, 10));

function members(schema: Schema, document: OpenApi): Arbitrary {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>);
  return fc.record(
    Object.fromEntries(properties.map(([name, one]) => [name, valuesOf(one, document)])),
    { requiredKeys: (schema.required as string[] | undefined) ?? [] },
  );
}

/** What stands in a query or path: lists with commas, numbers in digits. */
const written = (value: unknown): string =>
  Array.isArray(value)
    ? value.join(",")
    : typeof value === "number"
      ? digits(value)
      : String(value);

const digits = (value: number) =>
  Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/0+$/, "");

/** Names that cannot be made from their schema: only an earlier answer gives a cursor, and aliases shut each other out. */
const LEFT_OUT = /^(cursor|start|end)$/;

/** A request as the document describes it. */
export function describedRequests(
  { route, operation }: Route,
  document: OpenApi,
  known: Known,
): fc.Arbitrary<Made> {
  const value = ({ name, schema }: Pick<Parameter, "name" | "schema">) =>
    known[name]
      ? fc.oneof(
          { weight: 4, arbitrary: fc.constantFrom(...known[name]) },
          { weight: name === "min_version" ? 0 : 1, arbitrary: valuesOf(schema, document) },
        )
      : valuesOf(schema, document);
  const isBody = operation.requestBody !== undefined;
  const used = operation.parameters.filter(
    (one) => one.in === "path" || (!isBody && !LEFT_OUT.test(one.name)),
  );
  const parameters = fc.record(Object.fromEntries(used.map((one) => [one.name, value(one)])), {
    requiredKeys: used.filter(({ required }) => required).map(({ name }) => name),
  });
  return fc
    .tuple(parameters, isBody ? bodies(operation, document, known) : fc.constant(undefined))
    .map(([values, json]) => ({
      route,
      target: targetOf(route, values as Record<string, unknown>),
      sent: json === undefined ? {} : { json },
    }));
}

const compiled = new WeakMap<Schema, ReturnType<ReturnType<typeof schemas>["compile"]>>();

/** What a schema says of members together, by which `valuesOf` makes nothing. */
function fits(schema: Schema, document: OpenApi): (value: unknown) => boolean {
  const known = compiled.get(schema);
  if (known) return (value) => known(value) === true;
  const ajv = schemas();
  ajv.addSchema(document, "openapi");
  const made = ajv.compile(
    typeof schema.$ref === "string" ? { $ref: `openapi${schema.$ref}` } : schema,
  );
  compiled.set(schema, made);
  return (value) => made(value) === true;
}

function bodies(operation: Documented, document: OpenApi, known: Known): Arbitrary {
  const { schema, examples = {} } = operation.requestBody!.content["application/json"]!;
  const given = Object.values(examples).map((example) => example.value);
  const named = (body: unknown) =>
    fc
      .record(
        Object.fromEntries(
          Object.keys(body as object)
            .filter((name) => known[name])
            .map((name) => [name, fc.constantFrom(...known[name]!)]),
        ),
      )
      .map((values) => ({ ...(body as object), ...values }));
  const made = valuesOf(schema, document).filter(fits(schema, document));
  return given.length === 0
    ? made
    : fc.oneof({ weight: 1, arbitrary: made }, { weight: 3, arbitrary: made.chain(named) });
}

export function targetOf(route: string, values: Readonly<Record<string, unknown>>): string {
  const inPath = new Set([...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!));
  const path = route.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(written(values[name])),
  );
  const query = Object.entries(values)
    .filter(([name, value]) => !inPath.has(name) && value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(written(value))}`);
  return query.length > 0 ? `${path}?${query.join("&")}` : path;
}

const NASTY = [
  "",
  "null",
  "NaN",
  "-1",
  "1e999",
  "9".repeat(400),
  "2024-02-30",
  "2024-01-19' OR 1=1 --",
  "../../../../etc/passwd",
  "%00",
  "%E0%A4%A",
  "<script>alert(1)</script>",
  "__proto__",
  "constructor",
  "definitions",
  "x".repeat(5000),
  "\u{1f4a3}",
  "=1+1",
  "{}",
  "[]",
];

const nasty = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: "binary", maxLength: 30 }).map((text) => text.toWellFormed()),
);
const headers = fc.record(
  {
    "if-none-match": fc.oneof(nasty, fc.constant("*")),
    "accept-encoding": fc.constantFrom("br", "gzip;q=0", "*", "x".repeat(2000)),
    "cache-control": fc.constantFrom("no-cache", "max-age=0", "no-store", "\u0001"),
    "x-api-key": nasty,
    authorization: nasty,
    "content-type": nasty,
  },
  { requiredKeys: [] },
);

/** A described request with one thing wrong, or with headers nobody expects. */
export function spoiledRequests(route: Route, document: OpenApi, known: Known): fc.Arbitrary<Made> {
  const names = route.operation.parameters.map(({ name }) => name);
  const name = fc.oneof(fc.constantFrom(...names, "cursor", "start", "limit"), nasty);
  return describedRequests(route, document, known).chain((made) =>
    fc.oneof(
      fc.tuple(name, nasty).map(([one, value]) => withQuery(made, one, value)),
      fc.tuple(name, nasty).map(([one, value]) => withRawQuery(made, one, value)),
      headers.map((given) => ({ ...made, sent: { ...made.sent, headers: given } })),
      fc.oneof(nasty, fc.json({ maxDepth: 4 })).map((text) => ({ ...made, sent: { text } })),
      fc
        .tuple(name, fc.oneof(nasty, fc.jsonValue({ maxDepth: 3 })))
        .map(([one, value]) => withMember(made, one, value)),
      nasty
        .filter((text) => !["", ".", ".."].includes(text))
        .map((text) => ({ ...made, target: withPath(route.route, made.target, text) })),
    ),
  );
}

const withRawQuery = (made: Made, name: string, value: string): Made => ({
  ...made,
  target: `${made.target}${made.target.includes("?") ? "&" : "?"}${name}=${value}`,
});
const withQuery = (made: Made, name: string, value: string) =>
  withRawQuery(made, encodeURIComponent(name), encodeURIComponent(value));

function withMember(made: Made, name: string, value: unknown): Made {
  const json = typeof made.sent.json === "object" ? made.sent.json : {};
  return { ...made, sent: { json: Object.fromEntries([...Object.entries(json!), [name, value]]) } };
}

/** Another value in the path, where the route has one. */
const withPath = (route: string, target: string, text: string): string => {
  const query = /\?.*/s.exec(target)?.[0] ?? "";
  return `${route.replaceAll(/\{\w+\}/g, encodeURIComponent(text))}${query}`;
};
