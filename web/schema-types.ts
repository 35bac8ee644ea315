/** JSON Schema, as the API document has it, as TypeScript. */

export type JsonSchema = Readonly<{
  $ref?: string;
  type?: string | readonly string[];
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: boolean | JsonSchema;
  items?: JsonSchema;
  description?: string;
  default?: unknown;
}>;

/** Whether a value is written or read: who writes one may say `undefined` where it may be missing. */
export type Side = "sent" | "answered";

export type Member = Readonly<{ name: string; schema: JsonSchema; isRequired: boolean }>;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
const REFERENCE = "#/components/schemas/";

const literal = (value: unknown) => JSON.stringify(value);
const union = (types: readonly string[]) => [...new Set(types)].join(" | ");

/** The type of a value. @throws Error for a schema that says what this does not know */
export function typeOf(schema: JsonSchema, side: Side): string {
  if (schema.$ref !== undefined) return referred(schema.$ref);
  if ("const" in schema) return literal(schema.const);
  if (schema.enum) return union(schema.enum.map(literal));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return union(choices.map((choice) => typeOf(choice, side)));
  if (schema.type === undefined) return "unknown";
  return union([schema.type].flat().map((type) => plain(type, schema, side)));
}

export function referred(reference: string): string {
  if (!reference.startsWith(REFERENCE)) throw new Error(`"${reference}" names no schema`);
  return reference.slice(REFERENCE.length);
}

function plain(type: string, schema: JsonSchema, side: Side): string {
  switch (type) {
    case "null":
    case "boolean":
    case "number":
    case "string":
      return type;
    case "integer":
      return "number";
    case "array":
      return `readonly ${bracketed(typeOf(schema.items ?? {}, side))}[]`;
    case "object":
      return objectOf(schema, side);
    default:
      throw new Error(`JSON Schema has no type "${type}"`);
  }
}

const bracketed = (type: string) => (/ \| |^readonly /.test(type) ? `(${type})` : type);

function objectOf(schema: JsonSchema, side: Side): string {
  const { properties = {}, required = [], additionalProperties = true } = schema;
  const members = Object.entries(properties).map(([name, inner]) => ({
    name,
    schema: inner,
    isRequired: required.includes(name),
  }));
  if (members.length > 0) return membersOf(members, side);
  const values = typeof additionalProperties === "object" ? additionalProperties : {};
  return `Readonly<Record<string, ${typeOf(values, side)}>>`;
}

/** An object with these members, each under what the document says of it. */
export function membersOf(members: readonly Member[], side: Side): string {
  const lines = members.map(({ name, schema, isRequired }) => {
    const key = IDENTIFIER.test(name) ? name : literal(name);
    const missing = side === "sent" ? " | undefined" : "";
    const type = typeOf(schema, side);
    return `${said(schema)}${key}${isRequired ? `: ${type}` : `?: ${type}${missing}`};`;
  });
  return `Readonly<{\n${lines.join("\n")}\n}>`;
}

/** The description as a comment before what it is about, or nothing. */
export function said({ description, default: standard }: JsonSchema): string {
  const words = [description, standard === undefined ? "" : `Default: ${literal(standard)}.`];
  const text = words.filter(Boolean).join(" ").replaceAll("*/", "* /").replaceAll(/\s+/g, " ");
  return text ? `/** ${text} */\n` : "";
}
