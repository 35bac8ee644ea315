/** What each function may do on AWS, on the service as it would be deployed: what its work needs and no more. */
import { describe, expect, it } from "vitest";
import type { Needed } from "../lib/access/scope.ts";
import { ROUTES } from "../lib/schemas/routes.ts";
import { wiredFunctions } from "./serverless.ts";
import { deployed, rightsOf, statementsOf } from "./template.ts";

const service = deployed();
const LOG = `"arn:\${AWS::Partition}:logs:\${AWS::Region}:\${AWS::AccountId}:log-group:/aws/lambda/equipoise-prod-*"`;
const logs = [`logs:CreateLogStream {"Fn::Sub":${LOG}}`, `logs:PutLogEvents {"Fn::Sub":${LOG}}`];
/** X-Ray knows no resources: these two are the only rights that name none. */
const traces = ["xray:PutTelemetryRecords", "xray:PutTraceSegments"];
const keys = "s3:GetObject access/keys/*";
const images = ["s3:GetObject images/*", "s3:ListBucket"];
const indexWrites = [
  "s3:DeleteObject images/index/*",
  "s3:PutObject images/index/*",
  "s3:PutObject quarantine/*",
];
const marketWrites = ["s3:DeleteObject images/market/*", "s3:PutObject images/market/*"];

const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  LogRole: [],
  HealthRole: images,
  ReaderRole: [keys, ...images],
  RunReaderRole: [keys, "s3:GetObject runs/*", "s3:ListBucket"],
  ExporterRole: [
    keys,
    ...images,
    "s3:AbortMultipartUpload exports/*",
    "s3:GetObject exports/*",
    "s3:PutObject exports/*",
  ],
  IndexWriterRole: [keys, ...images, ...indexWrites],
  RollbackRole: [keys, ...images, ...indexWrites, ...marketWrites],
  MarketWriterRole: [
    ...images,
    ...indexWrites,
    ...marketWrites,
    ...["Delete", "Get", "Put"].map((act) => `s3:${act}Object ingest/*`),
    ...["Delete", "Put"].map((act) => `s3:${act}Object runs/*`),
    "s3:GetObject source/*",
  ],
};

const NEEDS = new Map<string, Needed>(ROUTES.map(({ route, needs }) => [route, needs]));
const wired = wiredFunctions().map(({ name, routes }) => ({
  name,
  role: service.functions[name]!.role,
  needs: routes.map((route) => NEEDS.get(route) ?? "public"),
}));

describe("roles", () => {
  it.each(Object.keys(RIGHTS))("%s may do exactly what is written here", (role) => {
    expect(rightsOf(service, role)).toEqual(
      [...logs, ...traces.map((right) => `${right} "*"`), ...RIGHTS[role]!].sort(),
    );
  });

  it("are those the functions have: each function one, and none of its own making", () => {
    const roles = Object.entries(service.resources)
      .filter(([, { Type }]) => Type === "AWS::IAM::Role")
      .map(([name]) => name);
    expect(new Set(wired.map(({ role }) => role))).toEqual(new Set(roles));
    expect(roles.sort()).toEqual(Object.keys(RIGHTS).sort());
  });

  it("allow, and name whole actions: nothing with a star, nothing but traces on every resource", () => {
    for (const role of Object.keys(RIGHTS))
      for (const { Effect, Action, Resource } of statementsOf(service, role)) {
        expect(Effect).toBe("Allow");
        for (const action of [Action].flat()) expect(action).toMatch(/^(s3|logs|xray):[A-Za-z]+$/);
        const isTracing = [Action].flat().every((action) => traces.includes(action));
        for (const on of [Resource].flat()) if (!isTracing) expect(on).not.toBe("*");
      }
  });

  it.each(wired)(
    "$role reads keys exactly when $name asks its callers for one",
    ({ role, needs }) => {
      const isGuarded = needs.some((needed) => needed !== "public");
      expect(rightsOf(service, role).includes(keys)).toBe(isGuarded);
    },
  );

  it("let nobody write or remove a key", () => {
    for (const role of Object.keys(RIGHTS)) {
      const changing = rightsOf(service, role).filter((right) => !/^s3:(Get|List)/.test(right));
      expect(changing.filter((right) => /access| \*$/.test(right))).toEqual([]);
    }
  });
});

describe("routes that remove or rewind data", () => {
  it("want a signed request beside the scope", () => {
    const events = Object.values(service.functions).flatMap(({ events = [] }) => events);
    const signed = events.flatMap((event) => {
      const { httpApi } = event as {
        httpApi?: { method?: string; path?: string; authorizer?: { type?: string } };
      };
      return httpApi?.authorizer?.type === "aws_iam" ? [`${httpApi.method} ${httpApi.path}`] : [];
    });
    const admin = ROUTES.filter(({ needs }) => needs === "admin").map(({ route }) => route);
    expect(signed.sort()).toEqual(admin.sort());
  });
});

it("a deployment asks for keys unless it is told otherwise", () => {
  expect(service.environment).toMatchObject({ STAGE: "prod", ACCESS: "" });
});
