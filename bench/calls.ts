/** Requests as API Gateway's HTTP API hands them to a function, and what comes back. */

export type Answer = Readonly<{
  statusCode: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

/** What a function file exports as `handler`, seen from outside. */
export type Handler = (event: unknown, context: unknown) => Promise<Answer>;

const CONTEXT = { awsRequestId: "bench", getRemainingTimeInMillis: () => 15_000 };

/**
 * @param routeKey the route that matched, "GET /index-performance" by default. It is part of the key of a cached body
 */
export function event(path: string, query: string, routeKey = `GET ${path}`): object {
  return {
    version: "2.0",
    routeKey,
    rawPath: path,
    rawQueryString: query,
    headers: {},
    isBase64Encoded: false,
    requestContext: {
      accountId: "1",
      apiId: "1",
      domainName: "localhost",
      domainPrefix: "localhost",
      http: {
        method: "GET",
        path,
        protocol: "HTTP/1.1",
        sourceIp: "127.0.0.1",
        userAgent: "bench",
      },
      requestId: "bench",
      routeKey,
      stage: "$default",
      time: "01/Jan/2024:00:00:00 +0000",
      timeEpoch: 1_704_067_200_000,
    },
  };
}

/** @throws Error with the body of anything but a 200 */
export async function ask(handler: Handler, request: object): Promise<Answer> {
  const answer = await handler(request, CONTEXT);
  if (answer.statusCode === 200) return answer;
  throw new Error(`the function answered ${answer.statusCode}: ${answer.body.slice(0, 500)}`);
}
