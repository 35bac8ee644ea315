// Every example of the API document, sent to the functions on the market of `npm start`: each answers as it says, and
// no answer has a member or a status that the document does not describe.
import { beforeAll, describe, expect, it } from "vitest";
import { SEED } from "../../lib/jobs/seed.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import { type Answer, type Sent, service } from "../functions/service.ts";
import { streamed } from "../functions/streamed.ts";
import {
  type DocumentedExample,
  type Judge,
  judge,
  type OpenApi,
  type Route,
  routesOf,
} from "./contract.ts";
import { targetOf } from "./requests.ts";

/** The last month of the market of `npm start`, without its index: that is what the first example builds. */
const { request } = service({
  load: async (world) => {
    const { marketSource } = await import("../../lib/world.ts");
    const { ingest } = await import("../../lib/jobs/ingest.ts");
    const { seed, tickers, from, to } = SEED;
    const source = await marketSource({
      source: "simulate",
      seed,
      tickers,
      sessions: sessionsBetween(from, to),
    });
    await ingest(world, { source, from: 20241202, minDays: 1, isStrict: false, jobId: "market" });
    await streamed(world, "VEQA");
  },
});

const DECEMBER = { start_date: "2024-12-02", end_date: "2024-12-31" };

let operations: Route[];
let faults: Judge;
beforeAll(async () => {
  const document = (await request("GET /openapi.json")).body as OpenApi;
  operations = routesOf(document);
  faults = judge(document);
  // What other examples ask for: the order has the same id however often it is sent.
  const [order] = examplesOf("POST /api/v1/orders");
  expect((await request(order!.request, sentOf(order!))).status).toBe(202);
  await request("POST /build-index", { json: DECEMBER });
  const { body } = examplesOf("POST /api/v1/risk/portfolios").find(
    (one) => one.body?.id === "book",
  )!;
  for (const id of ["book", "pair"]) {
    const made = await request("POST /api/v1/risk/portfolios", { json: { ...body, id } });
    expect(made.status, made.text).toBe(201);
  }
});

const examplesOf = (route: string): readonly DocumentedExample[] =>
  operations.find((one) => one.route === route)!.operation["x-examples"];

/** A gateway hands headers on by small letters. */
const sentOf = ({ headers, body }: Pick<DocumentedExample, "headers" | "body">): Sent => ({
  ...(headers && {
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
    ),
  }),
  ...(body !== undefined && { json: body }),
});

/** The request that the documentation page sends when nothing is filled in: examples, and defaults for the others. */
function prefilled({ route, operation }: Route): readonly [string, Sent] {
  const values = operation.parameters
    .filter((one) => one.in !== "header")
    .map(({ name, example, schema }) => [name, example ?? schema.default] as const)
    .filter(([, value]) => value !== undefined);
  const [body] = Object.values(
    operation.requestBody?.content["application/json"]?.examples ?? {},
  ) as { value: unknown }[];
  return [targetOf(route, Object.fromEntries(values)), body ? { json: body.value } : {}];
}

/** Answers with one thing wrong. */
const spoiled = (answer: Answer): Answer[] => {
  const [first = ""] = Object.keys(answer.body);
  const { [first]: _, ...without } = answer.body;
  return [
    { ...answer, body: { ...answer.body, more: 1 } },
    { ...answer, body: without },
    { ...answer, body: { ...answer.body, [first]: [[]] } },
    { ...answer, status: 299 },
    { ...answer, headers: { ...answer.headers, "content-type": "text/plain" } },
    { ...answer, headers: { "content-type": answer.headers["content-type"] ?? "" } },
  ];
};

describe("the examples of the document", () => {
  it("are answered as they say, in its order", { timeout: 60_000 }, async () => {
    for (const { route, operation } of operations) {
      for (const example of operation["x-examples"]) {
        const { request: target, status, code, summary } = example;
        const answer = await request(target, sentOf(example));
        const where = `${target} (${summary}): ${answer.text.slice(0, 300)}`;
        expect(answer.route, where).toBe(route);
        expect({ status: answer.status, code: answer.body.code }, where).toEqual({ status, code });
        expect(faults(route, answer), where).toEqual([]);
      }
    }
  });

  it("are what the page sends when nothing else is filled in", { timeout: 60_000 }, async () => {
    // The examples above have removed an index; here each call shall find what it asks for.
    await request("POST /build-index", { json: { ...DECEMBER, index: "top10-ew" } });
    await request("POST /build-index", { json: DECEMBER });
    for (const one of operations) {
      const [target, sent] = prefilled(one);
      const { status, text } = await request(target, sent);
      expect(status, `${target}: ${text}`).toBe(one.operation["x-examples"][0]?.status);
    }
  });

  it("are answered 304 where the client has the answer", { timeout: 60_000 }, async () => {
    await request("POST /build-index", { json: DECEMBER });
    for (const one of operations) {
      if (!("304" in one.operation.responses)) continue;
      const [target] = prefilled(one);
      const { etag = "none" } = (await request(target)).headers;
      const again = await request(target, { headers: { "if-none-match": etag } });
      expect(again, target).toMatchObject({ status: 304, text: "" });
    }
  });

  it("are answered as a table by the calls that have one", { timeout: 60_000 }, async () => {
    await request("POST /build-index", { json: DECEMBER });
    for (const one of operations.filter(({ route }) => route.startsWith("GET "))) {
      if (!one.operation.parameters.some(({ name }) => name === "format")) continue;
      const [target] = prefilled(one);
      const { headers, status } = await request(target.replace("format=json", "format=csv"));
      // A service that has just begun knows nothing of its stream yet: there the example is refused.
      const described = Object.keys(one.operation.responses[status]?.content ?? {});
      const wanted = described.includes("text/csv") ? "text/csv" : described[0];
      expect(headers["content-type"], target).toContain(wanted);
    }
  });
});

it("takes the dataset_version of any answer as min_version", { timeout: 60_000 }, async () => {
  await request("POST /build-index", { json: DECEMBER });
  for (const target of [
    "GET /index-performance",
    "GET /index-attribution?date=2024-12-31",
    "GET /index-composition?date=2024-12-31&reserve=5",
  ]) {
    const { meta } = (await request(target)).body as { meta: { dataset_version: string } };
    const again = `${target}${target.includes("?") ? "&" : "?"}min_version=${meta.dataset_version}`;
    expect((await request(again)).status, again).toBe(200);
  }
});

describe("an answer with one thing wrong", () => {
  it("is told from one that is as described", { timeout: 60_000 }, async () => {
    for (const { route, operation } of operations) {
      // What is as loose as the document itself says of itself cannot be spoiled.
      if (operation.operationId === "apiDocument") continue;
      for (const { request: target, status } of operation["x-examples"]) {
        if (!route.startsWith("GET ") || status === 304 || target.includes("format=csv")) continue;
        const answer = await request(target);
        if (!answer.headers["content-type"]?.includes("json")) continue;
        for (const wrong of spoiled(answer)) {
          expect(
            faults(route, wrong),
            `${target} ${JSON.stringify(wrong).slice(0, 200)}`,
          ).not.toEqual([]);
        }
      }
    }
  });
});
