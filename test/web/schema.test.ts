// The types of the app's calls: those of the document that is served now, and what they let through.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type ApiDocument, formatted, SCHEMA_FILE, schemaText } from "../../web/generate.ts";
import { type JsonSchema, typeOf } from "../../web/schema-types.ts";
import { documentServed } from "../openapi/contract.ts";

const document = (await documentServed()) as unknown as ApiDocument;

describe("web/api/schema.ts", () => {
  it("is what npm run generate writes now", () => {
    expect(readFileSync(SCHEMA_FILE, "utf8")).toBe(formatted(schemaText(document)));
  });

  it("has every call of the document, and no page", () => {
    const written = readFileSync(SCHEMA_FILE, "utf8").split("export type Routes = ")[1]!;
    const routes = [...written.matchAll(/^ {2}"([A-Z]+ \/[^"]*)":/gm)].map(([, route]) => route);
    const pages = ["GET /", "GET /app/{file}", "GET /docs", "GET /docs/{file}"];
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes).toEqual(described.filter((route) => !pages.includes(route)));
  });
});

describe("a schema as a type", () => {
  it.each<readonly [JsonSchema, string]>([
    [{ type: "integer" }, "number"],
    [{ type: ["number", "null"] }, "number | null"],
    [{ enum: ["json", "csv"] }, '"json" | "csv"'],
    [{ type: "string", const: "A" }, '"A"'],
    [{ anyOf: [{ $ref: "#/components/schemas/Days" }, { type: "null" }] }, "Days | null"],
    [{ type: "array", items: { type: ["number", "null"] } }, "readonly (number | null)[]"],
    [{ type: "array", items: { type: "array", items: {} } }, "readonly (readonly unknown[])[]"],
    [
      { type: "object", additionalProperties: { type: "integer" } },
      "Readonly<Record<string, number>>",
    ],
    [{ type: "object", properties: { a: { type: "string" } } }, "Readonly<{\na?: string;\n}>"],
    [
      { type: "object", properties: { "a-b": { type: "null" } }, required: ["a-b"] },
      'Readonly<{\n"a-b": null;\n}>',
    ],
    [
      {
        type: "object",
        properties: { a: { type: "null", description: "Ends */ here.", default: 1 } },
      },
      "Readonly<{\n/** Ends * / here. Default: 1. */\na?: null;\n}>",
    ],
  ])("%j is %s", (schema, type) => {
    expect(typeOf(schema, "answered")).toBe(type);
  });

  it("lets who sends it write undefined where it may be missing", () => {
    const schema = { type: "object", properties: { a: { type: "string" } } };
    expect(typeOf(schema, "sent")).toBe("Readonly<{\na?: string | undefined;\n}>");
  });

  it("is refused rather than guessed", () => {
    expect(() => typeOf({ type: "date" }, "answered")).toThrow('no type "date"');
    expect(() => typeOf({ $ref: "other.json" }, "answered")).toThrow(
      '"other.json" names no schema',
    );
  });

  it("of two calls cannot have one name", () => {
    const answer = { "200": { content: { "application/json": { schema: { type: "string" } } } } };
    const operation = { operationId: "days", summary: "days", parameters: [], responses: answer };
    const twice: ApiDocument = {
      paths: { "/a": { get: operation }, "/b": { get: operation } },
      components: { schemas: {} },
    };
    expect(() => schemaText(twice)).toThrow("two types would be named DaysAnswer");
  });
});
