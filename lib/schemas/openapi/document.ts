/** The API as an OpenAPI 3.1 document, made of the schemas that validate requests and of those of the answers. */
import * as z from "zod";
import type { Needed } from "../../access/scope.ts";
import { components } from "../answers/common.ts";
import { type ProblemCode, problemSchemas } from "../answers/problem.ts";
import { ROUTES, type RouteName } from "../routes.ts";
import { INDEX_OPERATIONS } from "./index-operations.ts";
import { LIVE_OPERATIONS } from "./live-operations.ts";
import { MARKET_OPERATIONS } from "./market-operations.ts";
import type { Example, Operation } from "./operation.ts";
import { ORDER_OPERATIONS } from "./order-operations.ts";
import { bodySchema, type JsonSchema, parametersOf, plain } from "./parameters.ts";
import { PREDICTION_OPERATIONS } from "./prediction-operations.ts";
import { HEADERS, problemName, responsesOf, type StatusOf } from "./responses.ts";
import { RISK_OPERATIONS } from "./risk-operations.ts";
import { RISK_PORTFOLIO_OPERATIONS } from "./risk-portfolio-operations.ts";
import { STREAM_OPERATIONS } from "./stream-operations.ts";
import { SYSTEM_OPERATIONS } from "./system-operations.ts";

/** One for each route: a route without one does not compile. */
export const OPERATIONS: Readonly<Record<RouteName, Operation>> = {
  ...INDEX_OPERATIONS,
  ...MARKET_OPERATIONS,
  ...PREDICTION_OPERATIONS,
  ...STREAM_OPERATIONS,
  ...LIVE_OPERATIONS,
  ...ORDER_OPERATIONS,
  ...RISK_PORTFOLIO_OPERATIONS,
  ...RISK_OPERATIONS,
  ...SYSTEM_OPERATIONS,
};

export type DocumentOptions = Readonly<{
  /** The status of each code (lib/edge/problem.ts). */
  status: Readonly<Record<Exclude<ProblemCode, "INTERNAL">, number>>;
  /** What every GET takes beside its own parameters (lib/edge/input.ts). */
  reading: z.ZodType;
}>;

/** That of package.json. */
export const API_VERSION = "0.1.0";

const ABOUT = `An equal-weighted index of the largest US stocks, built at request time from a stored market.

Returns, weights and turnover are **fractions** (0.0123 = 1.23 %), money is USD, days are trading days of the New York
Stock Exchange (\`YYYY-MM-DD\`), instants RFC 3339 in UTC. Each parameter stands at most once in path, query and body.
Failures are \`application/problem+json\`; \`code\` is the contract. \`meta.warnings\` says what figures rest on.
Where keys are asked for, each call names the scope it needs.`;

const TAGS = [
  { name: "Index", description: "Build an index, read it, export it." },
  { name: "Market", description: "What the index is built from." },
  { name: "Stream", description: "Trades as they come in, and what follows from them." },
  { name: "Live", description: "What opens a WebSocket." },
  { name: "Orders", description: "Order books: orders in, trades out." },
  { name: "Risk", description: "What somebody holds, and what it may lose." },
  { name: "System", description: "Datasets, health and this document." },
];

const SECURITY = {
  apiKey: { type: "apiKey", in: "header", name: "x-api-key", description: "An API key." },
  bearer: { type: "http", scheme: "bearer", description: "The same key in `Authorization`." },
};

/** Call it once: it names the schemas of problems. */
export function openApiDocument({ status, reading }: DocumentOptions) {
  const statusOf: StatusOf = (code) => (code === "INTERNAL" ? 500 : status[code]);
  for (const [code, schema] of problemSchemas(statusOf)) {
    components.add(schema, { id: problemName(code) });
  }
  const bodies: Record<string, JsonSchema> = {};
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const { route, does, needs } of ROUTES) {
    const [method = "", path = ""] = route.split(" ");
    const operation = OPERATIONS[route as RouteName];
    const body = bodySchema(route, operation);
    if (body) bodies[requestName(operation)] = body;
    paths[path] ??= {};
    paths[path][method.toLowerCase()] = {
      summary: does,
      security: securityOf(needs),
      parameters: parametersOf(route, operation, reading),
      ...(body && { requestBody: bodyOf(operation) }),
      ...described(route, operation, needs, statusOf),
    };
  }
  return plain({
    openapi: "3.1.1",
    info: {
      title: "Equipoise",
      version: API_VERSION,
      description: ABOUT,
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: TAGS,
    paths,
    components: {
      schemas: { ...answerSchemas(), ...bodies },
      headers: HEADERS,
      securitySchemes: SECURITY,
    },
  });
}

const described = (route: string, operation: Operation, needs: Needed, statusOf: StatusOf) => ({
  operationId: operation.id,
  tags: [operation.tag],
  description: operation.about,
  responses: responsesOf(operation, {
    isPublic: needs === "public",
    isReading: route.startsWith("GET "),
    statusOf,
    nameOf: (schema) => components.get(schema)!.id,
  }),
  "x-examples": operation.examples.map((example) => exampleOf(route, operation, example)),
});

/** "buildIndex" -> "BuildIndexRequest", the name of its body. */
const requestName = ({ id }: Operation): string => `${id[0]?.toUpperCase()}${id.slice(1)}Request`;

const securityOf = (needs: Needed) =>
  needs === "public" ? [] : [{ apiKey: [needs] }, { bearer: [needs] }];

function bodyOf(operation: Operation): JsonSchema {
  const { examples, inQuery = [] } = operation;
  const good = examples.filter(({ code, body }) => code === undefined && body !== undefined);
  return {
    required: inQuery.length === 0,
    ...(inQuery.length > 0 && {
      description: "Each member may stand in the query instead, where it can be written there.",
    }),
    content: {
      "application/json": {
        schema: { $ref: `#/components/schemas/${requestName(operation)}` },
        examples: Object.fromEntries(
          good.map(({ says, body }, at) => [`example${at + 1}`, { summary: says, value: body }]),
        ),
      },
    },
  };
}

/** As one line that can be sent: "GET /index-composition?date=2024-12-31", and what comes of it. */
function exampleOf(route: string, { answer }: Operation, example: Example): JsonSchema {
  const { says, path = {}, query = {}, headers, body, status = answer.status, code } = example;
  const target = route.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(path[name] ?? ""),
  );
  const text = new URLSearchParams(query).toString();
  return {
    summary: says,
    request: text ? `${target}?${text}` : target,
    headers,
    body,
    status,
    code,
  };
}

/** Everything that was registered, in the order of names. */
function answerSchemas(): JsonSchema {
  const { schemas } = z.toJSONSchema(components, {
    io: "output",
    uri: (id) => `#/components/schemas/${id}`,
    override: ({ jsonSchema }) => withoutMachineLimits(jsonSchema),
  });
  const cleaned = Object.entries(schemas)
    .map(([name, { $schema, $id, ...schema }]) => [name, schema] as const)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(cleaned);
}

/** That a number is an integer JavaScript can count to goes without saying. */
function withoutMachineLimits(schema: z.core.JSONSchema.BaseSchema): void {
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
}
