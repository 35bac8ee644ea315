/** Answers of a route by status: its own, and every refusal it may give. */
import type { ProblemCode } from "../answers/problem.ts";
import type { Operation } from "./operation.ts";
import type { JsonSchema } from "./parameters.ts";

export type StatusOf = (code: ProblemCode) => number;

const component = (kind: string, name: string): JsonSchema => ({
  $ref: `#/components/${kind}/${name}`,
});
const header = (name: string) => component("headers", name);

/** "NO_TRADING_DAY" -> "NoTradingDay", its name in the document. */
export const problemName = (code: ProblemCode): string =>
  code.toLowerCase().replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase());

const KEY: readonly ProblemCode[] = ["UNAUTHORIZED", "FORBIDDEN"];
const LIMIT: readonly ProblemCode[] = ["RATE_LIMITED", "QUOTA_EXCEEDED"];

/** Every code the route may answer with; pages and files look at nothing of a request and count none. */
function refusalsOf(
  { request, refusals }: Operation,
  { isPublic, isReading }: ResponseOptions,
): ProblemCode[] {
  const needed = isPublic ? [] : KEY;
  const inBody: readonly ProblemCode[] = isReading ? [] : ["UNKNOWN_FIELD"];
  return request
    ? ["BAD_REQUEST", ...inBody, ...needed, ...LIMIT, ...refusals, "INTERNAL"]
    : [...refusals, "INTERNAL"];
}

export type ResponseOptions = Readonly<{
  isPublic: boolean;
  /** Whether it is a GET, which has no body. */
  isReading: boolean;
  statusOf: StatusOf;
  /** The component a schema is registered as. */
  nameOf: (schema: NonNullable<Operation["answer"]["schema"]>) => string;
}>;

export function responsesOf(operation: Operation, options: ResponseOptions): JsonSchema {
  const { statusOf, nameOf } = options;
  const byStatus = Map.groupBy(refusalsOf(operation, options), statusOf);
  const own = new Map<number, JsonSchema>(
    (operation.also ?? []).map(({ status, says, schema }) => [
      status,
      {
        description: says,
        headers: { "X-Request-Id": header("X-Request-Id") },
        content: { "application/json": { schema: component("schemas", nameOf(schema)) } },
      },
    ]),
  );
  const answers: [number, JsonSchema][] = [
    [operation.answer.status, success(operation, options)],
    ...notModified(operation),
    ...own,
    ...[...byStatus].map(([status, codes]): [number, JsonSchema] => [
      status,
      refusal(status, codes),
    ]),
  ];
  return Object.fromEntries(answers.sort(([a], [b]) => a - b));
}

function success(operation: Operation, { nameOf }: ResponseOptions): JsonSchema {
  const { says, schema, media = [] } = operation.answer;
  const names = ["X-Request-Id", ...(operation.request ? RATE : [])];
  if (operation.isCached || operation.isFile) names.push("ETag", "Cache-Control");
  if (operation.isCached) names.push("X-Cache");
  if (operation.hasTable) names.push("X-Warnings");
  const content = {
    ...(schema && { "application/json": { schema: component("schemas", nameOf(schema)) } }),
    ...(operation.hasTable && { "text/csv": { schema: { type: "string" } } }),
    ...Object.fromEntries(media.map((name) => [name, { schema: { type: "string" } }])),
  };
  return {
    description: says,
    headers: headersNamed(names),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

const RATE = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset", "RateLimit-Policy"];

const headersNamed = (names: readonly string[]) =>
  Object.fromEntries(names.map((name) => [name, header(name)]));

function notModified({ isCached, isFile }: Operation): [number, JsonSchema][] {
  if (!isCached && !isFile) return [];
  const names = ["ETag", "Cache-Control", "X-Request-Id", ...(isCached ? ["X-Cache"] : [])];
  const description = "The client has it: `If-None-Match` named its `ETag`.";
  return [[304, { description, headers: headersNamed(names) }]];
}

function refusal(status: number, codes: readonly ProblemCode[]): JsonSchema {
  const refs = codes.map((code) => component("schemas", problemName(code)));
  const mapping = Object.fromEntries(
    codes.map((code) => [code, `#/components/schemas/${problemName(code)}`]),
  );
  const names = ["X-Request-Id"];
  if (status === 429) names.push(...RATE);
  if (status === 429 || status === 503) names.push("Retry-After");
  if (status === 401 || status === 403) names.push("WWW-Authenticate");
  return {
    description: codes.map((code) => `\`${code}\``).join(", "),
    headers: headersNamed(names),
    content: {
      "application/problem+json": {
        schema:
          refs.length === 1
            ? refs[0]
            : { oneOf: refs, discriminator: { propertyName: "code", mapping } },
      },
    },
  };
}

const text = (description: string, more: JsonSchema = {}) => ({
  description,
  schema: { type: "string", ...more },
});
const whole = (description: string) => ({ description, schema: { type: "integer", minimum: 0 } });

export const HEADERS: Readonly<Record<string, JsonSchema>> = {
  ETag: text("Weak; made of code, route, dataset version and parameters, or of a file's text.", {
    pattern: '^W/"',
  }),
  "X-Cache": text(
    "Where the body came from: memory or Redis, computed, or computed because the request forbade caches.",
    { enum: ["hit", "miss", "bypass"] },
  ),
  "Cache-Control": text(
    "`no-cache`: ask again with `If-None-Match`; it costs little. Files may be kept for as long as they say.",
  ),
  "X-Request-Id": text("The id under which the request is logged."),
  "X-Warnings": text("Codes of the warnings of a table."),
  "Retry-After": whole("Seconds to wait."),
  "WWW-Authenticate": text("What the key lacks (RFC 6750)."),
  "RateLimit-Limit": whole(
    "Requests, by the tighter of rate and quota; only where keys are asked for.",
  ),
  "RateLimit-Remaining": whole("Requests left of it."),
  "RateLimit-Reset": whole("Seconds until it is whole again."),
  "RateLimit-Policy": text("Rate and quota as `requests;w=seconds`."),
};
