/** Events as API Gateway's HTTP API sends them, and the answers of a function to them. */
import type { APIGatewayProxyEventV2, Context } from "aws-lambda";
import type { Reply } from "../../lib/edge/reply.ts";

process.env.LOG_LEVEL ??= "silent";

export type Call = Readonly<{
  headers?: Readonly<Record<string, string>>;
  body?: string;
  isBase64Encoded?: boolean;
  pathParameters?: Readonly<Record<string, string>>;
  /** The route that matched, when it is not the method and path themselves. */
  routeKey?: string;
}>;

/** `target` is "GET /index-composition?date=2024-01-02". */
export function event(target: string, call: Call = {}): APIGatewayProxyEventV2 {
  const [method = "", url = ""] = target.split(" ");
  const [path = "", query = ""] = url.split("?");
  return {
    version: "2.0",
    routeKey: call.routeKey ?? `${method} ${path}`,
    rawPath: path,
    rawQueryString: query,
    headers: { ...call.headers },
    ...(call.body !== undefined && { body: call.body }),
    ...(call.pathParameters && { pathParameters: { ...call.pathParameters } }),
    isBase64Encoded: call.isBase64Encoded ?? false,
    requestContext: {
      accountId: "1",
      apiId: "1",
      domainName: "localhost",
      domainPrefix: "localhost",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "127.0.0.1", userAgent: "test" },
      requestId: "gateway-1",
      routeKey: call.routeKey ?? `${method} ${path}`,
      stage: "$default",
      time: "01/Jan/2024:00:00:00 +0000",
      timeEpoch: 1_704_067_200_000,
    },
  };
}

const CONTEXT = { awsRequestId: "request-1", getRemainingTimeInMillis: () => 15_000 };

type Invoke = (event: APIGatewayProxyEventV2, context: Context) => unknown;

/** `handler` is what a function exports; its own type holds what its chain adds to the event. */
export const call = async (handler: object, target: string, options: Call = {}): Promise<Reply> =>
  (await (handler as Invoke)(event(target, options), CONTEXT as Context)) as Reply;

export const bodyOf = (answer: Reply): Record<string, unknown> => JSON.parse(answer.body);
