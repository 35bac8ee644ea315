/** The API document as a client reads it, and answers held against it. */
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { handler } from "../../functions/system/openapi.ts";
import type { Reply } from "../../lib/edge/reply.ts";
import { call } from "../edge/call.ts";
import type { Answer } from "../functions/service.ts";

export type Schema = Readonly<Record<string, unknown>>;
export type Parameter = Readonly<{
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  description: string;
  schema: Schema;
  explode?: boolean;
  example?: unknown;
}>;
export type DocumentedExample = Readonly<{
  summary: string;
  /** "GET /index-composition?date=2024-12-31" */
  request: string;
  headers?: Readonly<Record<string, string>>;
  body?: Readonly<Record<string, unknown>>;
  status: number;
  code?: string;
}>;
type Content = Readonly<Record<string, Readonly<{ schema: Schema }>>>;
export type Documented = Readonly<{
  operationId: string;
  tags: string[];
  summary: string;
  description: string;
  security: Readonly<Record<string, string[]>>[];
  parameters: Parameter[];
  requestBody?: Readonly<{
    required: boolean;
    content: Readonly<
      Record<string, { schema: Schema; examples: Record<string, { value: unknown }> }>
    >;
  }>;
  responses: Readonly<
    Record<string, { headers: Readonly<Record<string, Schema>>; content?: Content }>
  >;
  "x-examples": DocumentedExample[];
}>;
export type OpenApi = Schema &
  Readonly<{
    openapi: string;
    info: Readonly<{ version: string }>;
    tags: { name: string }[];
    paths: Readonly<Record<string, Readonly<Record<string, Documented>>>>;
    components: Readonly<{
      schemas: Readonly<Record<string, Schema>>;
      headers: Schema;
      securitySchemes: Schema;
    }>;
  }>;

export type Route = Readonly<{ route: string; operation: Documented }>;

export const served = (): Promise<Reply> => call(handler, "GET /openapi.json");

export const documentServed = async (): Promise<OpenApi> => JSON.parse((await served()).body);

export const routesOf = ({ paths }: OpenApi): Route[] =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      route: `${method.toUpperCase()} ${path}`,
      operation,
    })),
  );

/** JSON Schema as the document means it; what OpenAPI adds to it constrains nothing. */
export function schemas(): Ajv2020 {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true });
  for (const keyword of ["example", "discriminator", "components", "paths"]) {
    ajv.addKeyword(keyword);
  }
  for (const keyword of ["openapi", "info", "jsonSchemaDialect", "servers", "tags"]) {
    ajv.addKeyword(keyword);
  }
  formats.default(ajv);
  return ajv;
}

const pointer = (...names: readonly string[]) =>
  names
    .map((name) => encodeURIComponent(name.replaceAll("~", "~0").replaceAll("/", "~1")))
    .join("/");

/** What of an answer the document does not say; nothing when all is as described. */
export type Judge = (route: string, answer: Answer) => string[];

/** Headers that say nothing of the answer itself; limits are told only where keys are asked for. */
const SOMETIMES = /^(ratelimit-.*|x-warnings|www-authenticate)$/;

export function judge(document: OpenApi): Judge {
  const ajv = schemas();
  ajv.addSchema(document, "openapi");
  const operations = new Map(routesOf(document).map(({ route, operation }) => [route, operation]));
  const validators = new Map<string, ReturnType<Ajv2020["compile"]>>();

  return (route, { status, headers, text, body }) => {
    const response = operations.get(route)?.responses[status];
    if (!response) return [`${route} answered ${status}, which is not described`];
    const missing = Object.keys(response.headers)
      .map((name) => name.toLowerCase())
      .filter((name) => !SOMETIMES.test(name) && headers[name] === undefined)
      .map((name) => `${route} ${status} has no header ${name}`);
    if (!response.content) return text === "" ? missing : [...missing, `${status} has a body`];
    const media = headers["content-type"]?.split(";")[0] ?? "";
    const known = Object.keys(response.content);
    const found = known.find(
      (name) => name === media || (name.endsWith("/*") && media.startsWith(name.slice(0, -1))),
    );
    if (!found) return [...missing, `${route} ${status} is "${media}", not ${known.join(", ")}`];
    const [method = "", path = ""] = route.split(" ");
    const at = pointer(
      "paths",
      path,
      method.toLowerCase(),
      "responses",
      String(status),
      "content",
      found,
      "schema",
    );
    const validate = validators.get(at) ?? ajv.compile({ $ref: `openapi#/${at}` });
    validators.set(at, validate);
    if (validate(/json$/.test(media) ? body : text)) return missing;
    const faults = (validate.errors ?? []).slice(0, 8);
    return [
      ...missing,
      ...faults.map(
        ({ instancePath, message, params }) =>
          `${route} ${status} ${instancePath} ${message} ${JSON.stringify(params)}`,
      ),
    ];
  };
}
