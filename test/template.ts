/** The service as it would be deployed: serverless.yml with every variable, file and included resource resolved. */
import { execFileSync } from "node:child_process";

export type Statement = Readonly<{
  Effect: "Allow" | "Deny";
  Action: string | readonly string[];
  Resource: unknown;
  Condition?: unknown;
}>;
type Policy = Readonly<{ PolicyDocument: Readonly<{ Statement: readonly Statement[] }> }>;
type Role = Readonly<{
  ManagedPolicyArns: readonly Readonly<{ Ref: string }>[];
  Policies?: unknown;
}>;
type Resource = Readonly<{ Type: string; Properties: unknown }>;

export type Deployed = Readonly<{
  functions: Readonly<
    Record<
      string,
      Readonly<{
        role: string;
        handler: string;
        events?: readonly unknown[];
        environment?: Readonly<Record<string, unknown>>;
      }>
    >
  >;
  environment: Readonly<Record<string, unknown>>;
  resources: Readonly<Record<string, Resource>>;
  parameters: Readonly<Record<string, unknown>>;
  conditions: Readonly<Record<string, unknown>>;
  tracing: unknown;
}>;

const known = new Map<string, Deployed>();

/** The framework takes seconds for it, so the files of one process share what it said. */
export function deployed(environment: Readonly<Record<string, string>> = {}): Deployed {
  const name = JSON.stringify(environment);
  const found = known.get(name) ?? printed(environment);
  known.set(name, found);
  return found;
}

function printed(environment: Readonly<Record<string, string>>): Deployed {
  const { PATH = "", HOME = "" } = process.env;
  const text = execFileSync(
    process.execPath,
    ["node_modules/serverless/bin/serverless.js", "print", "--stage", "prod", "--format", "json"],
    {
      env: {
        PATH,
        HOME,
        SLS_TELEMETRY_DISABLED: "1",
        SLS_NOTIFICATIONS_MODE: "off",
        ...environment,
      },
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  const whole = JSON.parse(text);
  return {
    functions: whole.functions,
    environment: whole.provider.environment,
    resources: whole.resources.Resources,
    parameters: whole.resources.Parameters,
    conditions: whole.resources.Conditions,
    tracing: whole.provider.tracing,
  };
}

/** Everything a role may do. */
export function statementsOf({ resources }: Deployed, role: string): Statement[] {
  const { ManagedPolicyArns, Policies } = resources[role]!.Properties as Role;
  if (Policies !== undefined) throw new Error(`${role} has policies of its own`);
  return ManagedPolicyArns.flatMap(
    ({ Ref }) => (resources[Ref]!.Properties as Policy).PolicyDocument.Statement,
  );
}

/** Actions on keys of the stack's bucket, as "s3:GetObject images/*"; on the bucket itself, as "s3:ListBucket". */
export function rightsOf(service: Deployed, role: string): string[] {
  const rights = statementsOf(service, role).flatMap(({ Action, Resource }) =>
    [Action].flat().flatMap((action) => [Resource].flat().map((on) => `${action} ${keysOf(on)}`)),
  );
  return [...new Set(rights.map((right) => right.trim()))].sort();
}

function keysOf(resource: unknown): string {
  const text = JSON.stringify(resource);
  if (text === '{"Fn::GetAtt":["DataBucket","Arn"]}') return "";
  const [, keys] = /DataBucket(?:\.Arn\}|","Arn"\]\},")\/([^"]*)"/.exec(text) ?? [];
  return keys ?? text;
}
