// events/ has a sample for every function; each fits the route it is wired to and is answered.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { describe, expect, it } from "vitest";
import type { LiveEvent } from "../../lib/edge/live-event.ts";
import { seed } from "../../lib/jobs/seed.ts";
import { filesUnder } from "../files.ts";
import { wiredFunctions } from "../serverless.ts";
import { embeddedWorld } from "./embedded.ts";

embeddedWorld();

const wired = wiredFunctions();
const sampleOf = (file: string) => file.replace(/^functions/, "events").replace(/\.ts$/, ".json");
const read = (file: string) => JSON.parse(readFileSync(sampleOf(file), "utf8"));

/** The members of a sample index vary with the simulation: that one names a security that does not exist. */
const STATUS: Readonly<Record<string, number>> = {
  "index-export": 201,
  "risk-portfolios": 201,
  "index-members": 404,
  // The stream has seen nothing.
  "market-prediction": 404,
  // No Redis listens here, and a ticket that nobody keeps opens nothing.
  "live-tickets": 503,
  // The symbol of the samples is of the market of `npm start`, which has more companies than this one.
  "orders-submit": 404,
  "orders-order": 404,
  "orders-book": 404,
  "system-unrouted": 404,
  // Nothing has come in by the stream: it knows no symbol.
  "stream-latest": 404,
  "stream-ticks": 404,
  "stream-bars": 404,
  "stream-indicators": 404,
};

describe("sample events", () => {
  it("exist for every function, and for nothing else", () => {
    expect(filesUnder("events", ".json")).toEqual(wired.map(({ file }) => sampleOf(file)).sort());
  });

  it.each(wired.filter(({ routes }) => routes.length > 0))(
    "$name's names one of its routes",
    ({ file, routes }) => {
      const { routeKey, rawPath, requestContext } = read(file) as APIGatewayProxyEventV2;
      expect(routes).toContain(routeKey);
      expect(requestContext.routeKey).toBe(routeKey);
      expect(requestContext.http.path).toBe(rawPath);
      if (routeKey !== "$default") {
        const [method, path = ""] = routeKey.split(" ");
        expect(requestContext.http.method).toBe(method);
        expect(rawPath).toMatch(new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}$`));
      }
    },
  );

  it("are answered by their functions", async () => {
    const { marketSource, world } = await import("../../lib/world.ts");
    const simulate = (simulation: Parameters<Parameters<typeof seed>[0]["simulate"]>[0]) =>
      marketSource({ source: "simulate", ...simulation });
    const span = { seed: 7, tickers: 20, from: 20241202, to: 20241231 };
    const { images, nowMs } = world;
    await seed({ images, nowMs, simulate }, span, "seed");
    const answers: [string, number][] = [];
    for (const { name, file, routes } of wired) {
      if (routes.length === 0) continue;
      const { handler } = await import(/* @vite-ignore */ resolve(file));
      const { statusCode } = await handler(read(file), { awsRequestId: "sample" });
      answers.push([name, statusCode]);
    }
    const expected = answers.map(([name]) => [name, STATUS[name] ?? 200]);
    expect(answers).toEqual(expected);
  });

  it.each(wired.filter(({ sockets }) => sockets.length > 0))(
    "$name's is of its route, and is answered",
    async ({ file, sockets }) => {
      const given = read(file) as LiveEvent & { requestContext: { routeKey: string } };
      expect(sockets).toEqual([given.requestContext.routeKey]);
      const { handler } = await import(/* @vite-ignore */ resolve(file));
      expect(await handler(given, { awsRequestId: "sample" })).toMatchObject({ statusCode: 200 });
    },
  );

  it("of a schedule carry the id that makes a second delivery change nothing", () => {
    for (const { file } of wired.filter(({ schedules }) => schedules.length > 0)) {
      expect(read(file)).toMatchObject({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        source: "aws.events",
        "detail-type": "Scheduled Event",
      });
    }
  });
});
