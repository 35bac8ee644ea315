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
const list = "s3:ListBucket";
/** Of the WebSocket API of this stack alone, and of it what is done to connections. */
const connections = ["POST", "DELETE"].map(
  (method) =>
    `execute-api:ManageConnections {"Fn::Sub":"arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${WebsocketsApi}/prod/${method}/@connections/*"}`,
);
const riskWrites = [
  "s3:DeleteObject images/risk/*",
  "s3:PutObject images/risk/*",
  "s3:PutObject quarantine/risk/*",
];
const marketWrites = ["s3:DeleteObject images/market/*", "s3:PutObject images/market/*"];

/** What a mapping asks of a log in the name of its function, and where it notes what it gave up. */
const reading = (stream: string) => [
  ...[
    "DescribeStream",
    "DescribeStreamSummary",
    "GetRecords",
    "GetShardIterator",
    "ListShards",
  ].map((act) => `kinesis:${act} {"Fn::GetAtt":["${stream}","Arn"]}`),
  'sqs:SendMessage {"Fn::GetAtt":["StreamFailures","Arn"]}',
];

const append = (stream: string) => `kinesis:PutRecords {"Fn::GetAtt":["${stream}","Arn"]}`;

const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  LogRole: [],
  HealthRole: images,
  KeyRole: [keys, list],
  ConnectionRole: [keys, list, ...connections, "s3:GetObject stream/*"],
  ReaderRole: [keys, ...images],
  StreamReaderRole: [keys, ...images, "s3:GetObject stream/*"],
  CompactorRole: [
    ...images,
    "s3:DeleteObject images/bars/*",
    "s3:PutObject images/bars/*",
    "s3:PutObject quarantine/bars/*",
    "s3:GetObject stream/*",
    "s3:DeleteObject stream/*",
    "s3:PutObject stream/*/ticks/*",
  ],
  RunReaderRole: [keys, "s3:GetObject runs/*", "s3:ListBucket"],
  PredictionRole: [keys, ...images, "s3:GetObject models/*", "s3:GetObject stream/*"],
  TrainerRole: [
    ...images,
    "s3:GetObject models/*",
    "s3:GetObject stream/*",
    "s3:PutObject models/*",
  ],
  TickRole: [
    keys,
    list,
    ...connections,
    ...reading("TicksStream"),
    append("EnrichedStream"),
    "s3:GetObject stream/*",
    "s3:PutObject stream/*",
    "s3:PutObject quarantine/stream/*",
  ],
  OrderRole: [keys, ...images, "s3:GetObject stream/orders/*", append("OrdersStream")],
  MatchRole: [
    list,
    ...reading("OrdersStream"),
    append("TicksStream"),
    "s3:GetObject stream/orders/*",
    "s3:PutObject stream/orders/*",
    "s3:PutObject quarantine/stream/orders/*",
  ],
  OrderCompactorRole: [
    ...images,
    "s3:DeleteObject images/orders/*",
    "s3:PutObject images/orders/*",
    "s3:PutObject quarantine/orders/*",
    "s3:GetObject stream/orders/*",
    "s3:DeleteObject stream/orders/*",
  ],
  EndDayRole: [list, "s3:GetObject stream/orders/*", append("OrdersStream")],
  AlertRole: [...reading("EnrichedStream"), "s3:PutObject alerts/dead/*"],
  ExporterRole: [
    keys,
    ...images,
    "s3:AbortMultipartUpload exports/*",
    "s3:GetObject exports/*",
    "s3:PutObject exports/*",
  ],
  IndexWriterRole: [keys, ...images, ...indexWrites],
  RiskWriterRole: [keys, ...images, ...riskWrites],
  RollbackRole: [keys, ...images, ...indexWrites, ...marketWrites, ...riskWrites],
  MarketWriterRole: [
    ...images,
    ...indexWrites,
    ...marketWrites,
    ...riskWrites,
    ...["Delete", "Get", "Put"].map((act) => `s3:${act}Object ingest/*`),
    ...["Delete", "Put"].map((act) => `s3:${act}Object runs/*`),
    "s3:GetObject source/*",
  ],
};

const NEEDS = new Map<string, Needed>(ROUTES.map(({ route, needs }) => [route, needs]));
const wired = wiredFunctions().map(({ name, routes, sockets }) => ({
  name,
  role: service.functions[name]!.role,
  // Whoever connects and whoever goes on is looked up; the end of a connection asks nobody.
  needs: [
    ...routes.map((route) => NEEDS.get(route) ?? "public"),
    ...sockets.map((route): Needed => (route === "$disconnect" ? "public" : "read")),
    // Whoever is told of the stream is looked up again: a key may have been revoked since.
    ...(name === "stream-tick" ? (["read"] as const) : []),
  ],
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
        for (const action of [Action].flat())
          expect(action).toMatch(/^(s3|logs|xray|execute-api|kinesis|sqs):[A-Za-z]+$/);
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

describe("live connections", () => {
  it("are posted to and ended by who answers messages and who tells the stream", () => {
    const posting = wired.filter(({ role }) =>
      rightsOf(service, role).some((right) => right.startsWith("execute-api:")),
    );
    expect(posting.map(({ name }) => name)).toEqual(["live-message", "stream-tick"]);
  });

  it("have their address where it is told or posted to, and nowhere else", () => {
    const told = Object.entries(service.functions)
      .filter(([, { environment = {} }]) => "WEBSOCKET_ENDPOINT" in environment)
      .map(([name]) => name);
    // The page may connect to it alone: its policy says so.
    expect(told).toEqual(["live-tickets", "live-message", "stream-tick", "system-web"]);
    expect(service.functions["live-message"]?.environment?.WEBSOCKET_ENDPOINT).toEqual({
      "Fn::Sub": `https://\${WebsocketsApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/prod`,
    });
    expect(service.environment).not.toHaveProperty("WEBSOCKET_ENDPOINT");
  });

  it("are the three routes there are, and the answer of the function is that to a message", () => {
    const events = Object.values(service.functions).flatMap(({ events = [] }) => events);
    expect(events.flatMap((event) => (event as { websocket?: unknown }).websocket ?? [])).toEqual([
      "$connect",
      "$disconnect",
      { route: "$default", routeResponseSelectionExpression: "$default" },
    ]);
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
