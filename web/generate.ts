/**
 * `npm run generate`: writes web/api/schema.ts, the types of every call, from the API document. The app knows the service
 * by them alone, so a change of the surface that it does not follow does not compile.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { READING } from "../lib/edge/input.ts";
import { STATUS } from "../lib/edge/problem.ts";
import { openApiDocument } from "../lib/schemas/openapi/document.ts";
import { type JsonSchema, type Member, membersOf, said, typeOf } from "./schema-types.ts";

type Parameter = Readonly<{
  name: string;
  in: "path" | "query" | "header";
  required: boolean;
  description?: string;
  schema: JsonSchema;
}>;
type Content = Readonly<Record<string, Readonly<{ schema: JsonSchema }>>>;
type Operation = Readonly<{
  operationId: string;
  summary: string;
  parameters: readonly Parameter[];
  requestBody?: Readonly<{ required: boolean; content: Content }>;
  responses: Readonly<Record<string, Readonly<{ content?: Content }>>>;
}>;
export type ApiDocument = Readonly<{
  paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  components: Readonly<{ schemas: Readonly<Record<string, JsonSchema>> }>;
}>;

const JSON_MEDIA = "application/json";
const HEAD = `/**
 * What each call takes and answers. Written by \`npm run generate\` from the API document: change the schemas in
 * lib/schemas/, not this file.
 */`;

export const SCHEMA_FILE = join(import.meta.dirname, "api", "schema.ts");

/** The text of web/api/schema.ts, before it is formatted. */
export function schemaText({ paths, components }: ApiDocument): string {
  const named = new Map<string, string>();
  for (const [name, schema] of Object.entries(components.schemas))
    named.set(name, typeText(name, schema));
  const routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([, operation]) => isCall(operation))
      .map(([method, operation]) => {
        for (const [name, type] of typesOf(operation)) {
          if (named.has(name) && isSelf(name, operation)) continue;
          if (named.has(name)) throw new Error(`two types would be named ${name}`);
          named.set(name, type);
        }
        return `/** ${capital(operation.summary)}. */\n"${method.toUpperCase()} ${path}": ${entryOf(operation)};`;
      }),
  );
  const problems = Object.entries(components.schemas).filter(([, schema]) => isProblem(schema));
  return [
    HEAD,
    ...[...named].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, text]) => text),
    `/** Every refusal, told apart by \`code\`. */\nexport type Problem = ${problems.map(([name]) => name).join(" | ")};`,
    `export type Routes = Readonly<{\n${routes.join("\n")}\n}>;`,
    "",
  ].join("\n\n");
}

/** Pages and their files are not called by scripts. */
const isCall = (operation: Operation) => {
  const content = answered(operation).content ?? {};
  return Object.keys(content).every(
    (media) => media === JSON_MEDIA || /^text\/(csv|plain)$/.test(media),
  );
};

const isProblem = ({ properties = {} }: JsonSchema) =>
  properties.code?.const !== undefined && properties.request_id !== undefined;

function answered({ operationId, responses }: Operation) {
  const [, response] = Object.entries(responses).find(([status]) => status.startsWith("2")) ?? [];
  if (!response) throw new Error(`${operationId} has no answer`);
  return response;
}

/** Whether a component has the name that its operation gives the answer. */
const isSelf = (name: string, operation: Operation) =>
  name.endsWith("Answer") && answerType(operation) === name;

function answerType(operation: Operation): string {
  const { content } = answered(operation);
  const schema = content?.[JSON_MEDIA]?.schema;
  if (schema) return typeOf(schema, "answered");
  return content ? "string" : "undefined";
}

const capital = (text: string) => `${text[0]?.toUpperCase()}${text.slice(1)}`;

const typeText = (name: string, schema: JsonSchema): string =>
  `${said(schema)}export type ${name} = ${typeOf(schema, name.endsWith("Request") ? "sent" : "answered")};`;

const membersIn = ({ parameters }: Operation, place: Parameter["in"]): Member[] =>
  parameters
    .filter((parameter) => parameter.in === place)
    .map(({ name, required, description, schema }) => ({
      name,
      isRequired: required,
      schema: { ...schema, ...(description && { description }) },
    }));

/** `OneIndexPath`, `OneIndexQuery`, `OneIndexAnswer`: what of them the operation has. */
function typesOf(operation: Operation): [name: string, text: string][] {
  const id = capital(operation.operationId);
  const types: [string, string][] = [];
  for (const place of ["path", "query"] as const) {
    const members = membersIn(operation, place);
    const name = `${id}${capital(place)}`;
    if (members.length > 0)
      types.push([name, `export type ${name} = ${membersOf(members, "sent")};`]);
  }
  types.push([`${id}Answer`, `export type ${id}Answer = ${answerType(operation)};`]);
  return types;
}

/** One line of the map of routes. */
function entryOf(operation: Operation): string {
  const types = typesOf(operation).map(([name]) => name);
  const parts = (["path", "query"] as const).flatMap((place) => {
    const name = types.find((type) => type.endsWith(capital(place)));
    const isNeeded = membersIn(operation, place).some(({ isRequired }) => isRequired);
    return name ? [`${place}${isNeeded ? "" : "?"}: ${name};`] : [];
  });
  const body = operation.requestBody;
  if (body) {
    const type = typeOf(body.content[JSON_MEDIA]?.schema ?? {}, "sent");
    parts.push(`body${body.required ? "" : "?"}: ${type};`);
  }
  return `Readonly<{ ${[...parts, `answer: ${types.at(-1)};`].join(" ")} }>`;
}

/** As the files beside it look. */
export const formatted = (text: string): string =>
  execFileSync("node_modules/.bin/biome", ["format", "--stdin-file-path=web/api/schema.ts"], {
    cwd: join(import.meta.dirname, ".."),
    input: text,
    encoding: "utf8",
  });

if (import.meta.main) {
  const document = openApiDocument({ status: STATUS, reading: READING }) as unknown as ApiDocument;
  writeFileSync(SCHEMA_FILE, formatted(schemaText(document)));
}
