// The API document: whole, of one piece with the routes, and valid in itself.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { STATUS } from "../../lib/edge/problem.ts";
import { ROUTES } from "../../lib/schemas/routes.ts";
import { bodyOf, call } from "../edge/call.ts";
import { wiredFunctions } from "../serverless.ts";
import { documentServed, routesOf, type Schema, schemas, served } from "./contract.ts";

const document = await documentServed();
const operations = routesOf(document);
const { components } = document;

/** Every value in a tree, with the place it stands at. */
function* walk(value: unknown, place = "#"): Generator<readonly [string, unknown]> {
  yield [place, value];
  if (typeof value !== "object" || value === null) return;
  for (const [name, inner] of Object.entries(value)) {
    yield* walk(inner, `${place}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`);
  }
}

const at = (ref: string): unknown =>
  ref
    .slice(2)
    .split("/")
    .reduce<unknown>((value, name) => (value as Schema | undefined)?.[name], document);

describe("GET /openapi.json", () => {
  it("answers the document of this API under an ETag", async () => {
    const { statusCode, headers } = await served();
    expect(statusCode).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "application/json",
      etag: expect.stringMatching(/^W\/"[\w-]+"$/),
    });
    expect(document.openapi).toMatch(/^3\.1\.\d$/);
    expect(document.info.version).toBe(JSON.parse(readFileSync("package.json", "utf8")).version);
  });

  it("answers 304 to a client that has it", async () => {
    const { handler } = await import("../../functions/system/openapi.ts");
    const { etag = "" } = (await served()).headers;
    const again = await call(handler, "GET /openapi.json", { headers: { "if-none-match": etag } });
    expect({ status: again.statusCode, body: again.body }).toEqual({ status: 304, body: "" });
  });

  it("is small enough compressed to be read at once", async () => {
    const { handler } = await import("../../functions/system/openapi.ts");
    const packed = await call(handler, "GET /openapi.json", {
      headers: { "accept-encoding": "br" },
    });
    expect(packed.headers["content-encoding"]).toBe("br");
    expect(Buffer.from(packed.body, "base64").length).toBeLessThan(50_000);
  });
});

describe("the document", () => {
  it("describes the routes of serverless.yml, each once, and no others", () => {
    const wired = wiredFunctions().flatMap(({ routes }) => routes);
    const described = operations.map(({ route }) => route).sort();
    expect(described).toEqual(wired.filter((route) => route !== "$default").sort());
    expect(described).toEqual(ROUTES.map(({ route }) => route).sort());
  });

  it("asks for the scope that its route needs", () => {
    for (const { route, operation } of operations) {
      const { needs } = ROUTES.find((one) => one.route === route)!;
      const expected = needs === "public" ? [] : [{ apiKey: [needs] }, { bearer: [needs] }];
      expect(operation.security, route).toEqual(expected);
      const schemes = operation.security.flatMap((one) => Object.keys(one));
      expect(schemes.filter((name) => !(name in components.securitySchemes))).toEqual([]);
    }
  });

  it("gives each operation a name of its own, a known tag and words", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const tags = document.tags.map(({ name }) => name);
    for (const { route, operation } of operations) {
      expect(operation.operationId, route).toMatch(/^[a-z][A-Za-z]+$/);
      expect(tags).toEqual(expect.arrayContaining(operation.tags));
      expect(operation.summary.length, route).toBeGreaterThan(5);
      expect(operation.description.length, route).toBeGreaterThan(5);
    }
  });

  it("declares every parameter of a path, and none twice", () => {
    for (const { route, operation } of operations) {
      const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const declared = operation.parameters.filter((one) => one.in === "path");
      expect(
        declared.map(({ name }) => name),
        route,
      ).toEqual(inPath);
      expect(declared.every(({ required }) => required)).toBe(true);
      const names = operation.parameters.map(({ name }) => name);
      expect(new Set(names).size, route).toBe(names.length);
      for (const one of operation.parameters) expect(one.description, one.name).not.toBe("");
    }
  });

  it("points at nothing that is not there, and holds nothing nobody points at", () => {
    const refs = [...walk(document)]
      .filter(([place]) => place.endsWith("/$ref") || place.includes("/mapping/"))
      .map(([, ref]) => String(ref));
    expect(refs.filter((ref) => !ref.startsWith("#/") || at(ref) === undefined)).toEqual([]);
    const named = Object.keys(components.schemas).map((name) => `#/components/schemas/${name}`);
    // What only the handler of unknown routes answers.
    const alone = ["#/components/schemas/MethodNotAllowed"];
    expect(named.filter((name) => !refs.includes(name))).toEqual(alone);
  });

  it("holds JSON Schema of the dialect it names, without a keyword that is none", () => {
    const ajv = schemas();
    ajv.addSchema(document, "openapi");
    for (const [place, value] of walk(document)) {
      if (!place.endsWith("/schema") && !/^#\/components\/schemas\/\w+$/.test(place)) continue;
      expect(ajv.validateSchema(value as Schema), place).toBe(true);
      // Those of answers only name components.
      if (place.includes("/responses/")) continue;
      const pointer = place.slice(2).split("/").map(encodeURIComponent).join("/");
      ajv.compile({ $ref: `openapi#/${pointer}` });
    }
  });

  it("gives examples that its own schemas let through", () => {
    const ajv = schemas();
    ajv.addSchema(document, "openapi");
    const fits = (schema: Schema, value: unknown) =>
      ajv.validate(
        typeof schema.$ref === "string" ? { $ref: `openapi${schema.$ref}` } : schema,
        value,
      );
    for (const { route, operation } of operations) {
      for (const { name, schema, example } of operation.parameters) {
        if (example !== undefined) expect(fits(schema, example), `${route} ${name}`).toBe(true);
      }
      const { schema, examples = {} } = operation.requestBody?.content["application/json"] ?? {};
      for (const { value } of Object.values(examples)) {
        expect(fits(schema!, value), `${route} ${JSON.stringify(value)}`).toBe(true);
      }
    }
    for (const [place, value] of walk(components.schemas)) {
      const { examples } = (value ?? {}) as { examples?: unknown };
      if (!Array.isArray(examples)) continue;
      for (const one of examples) expect(fits(value as Schema, one), place).toBe(true);
    }
  });

  it("lets no object of an answer have a member that it does not describe", () => {
    const open = [...walk(components.schemas)]
      .filter(([, value]) => (value as Schema | null)?.type === "object")
      .filter(([, value]) => (value as Schema).additionalProperties !== false)
      .filter(([, value]) => (value as Schema).propertyNames === undefined)
      .map(([place]) => place);
    expect(open.filter((place) => !place.startsWith("#/OpenApiDocument"))).toEqual([]);
  });

  it("gives every problem the status its code has", () => {
    const codes = Object.values(components.schemas).flatMap((schema) => {
      const { code, status } = (schema.properties ?? {}) as Record<string, { const?: unknown }>;
      return code?.const && status?.const ? [[String(code.const), Number(status.const)]] : [];
    });
    const known: Record<string, number> = { ...STATUS, INTERNAL: 500 };
    expect(codes.length).toBeGreaterThan(15);
    for (const [code, status] of codes) expect(known[code!], String(code)).toBe(status);
  });
});

describe("GET /docs", () => {
  const docs = async (path: string, headers = {}) => {
    const { handler } = await import("../../functions/system/docs.ts");
    const file = path.split("/")[2];
    return call(handler, `GET ${path}`, {
      headers,
      routeKey: file === undefined ? "GET /docs" : "GET /docs/{file}",
      ...(file !== undefined && { pathParameters: { file } }),
    });
  };

  it("is a page that runs no script of its own and asks no other host", async () => {
    const { body, headers } = await docs("/docs");
    expect(headers["content-type"]).toContain("text/html");
    expect(headers["content-security-policy"]).toContain("script-src 'self';");
    expect(headers["content-security-policy"]).not.toMatch(/unsafe|https?:/);
    expect(body).not.toMatch(/https?:\/\/|<script>|\son\w+=/);
    const files = [...body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);
    expect(files).toHaveLength(3);
    for (const file of files) expect((await docs(file)).statusCode, file).toBe(200);
  });

  it("serves Swagger UI compressed, known by its hash", async () => {
    const path = "/docs/swagger-ui-bundle.js";
    const plain = await docs(path);
    expect(plain.body).toContain("SwaggerUIBundle");
    expect(plain.headers["content-type"]).toContain("text/javascript");
    const packed = await docs(path, { "accept-encoding": "gzip, br" });
    expect(packed.headers).toMatchObject({ "content-encoding": "br", etag: plain.headers.etag });
    expect(packed.body.length).toBeLessThan(plain.body.length / 2);
    const again = await docs(path, { "if-none-match": plain.headers.etag });
    expect(again).toMatchObject({ statusCode: 304, body: "" });
  });

  it.each(["/docs/other.js", "/docs/..%2f..%2fetc%2fpasswd", "/docs/toString"])(
    "has no file %s",
    async (path) => {
      const answer = await docs(path);
      expect(answer.statusCode).toBe(404);
      expect(bodyOf(answer)).toMatchObject({ code: "UNKNOWN_ROUTE" });
    },
  );

  it("is told of on the start page", () => {
    expect(ROUTES.find(({ route }) => route === "GET /docs")?.example).toBe("/docs");
  });
});
