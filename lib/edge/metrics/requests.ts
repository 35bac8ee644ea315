/** What is counted of each request. */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { instruments } from "./meter.ts";

/** A caller may send any word as a method. */
const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
const REFUSALS = new Set(["UNAUTHORIZED", "FORBIDDEN", "RATE_LIMITED", "QUOTA_EXCEEDED"]);

/** @param code of the problem, where the answer is one */
export function countRequest(
  { routeKey, requestContext }: APIGatewayProxyEventV2,
  status: number,
  seconds: number,
  code?: string,
): void {
  const said = requestContext?.http?.method ?? "";
  const method = METHODS.has(said) ? said : "other";
  // The gateway's pattern, "GET /indices/{id}" or "$default": never the path a caller wrote.
  const route = routeKey?.split(" ").at(-1) ?? "none";
  instruments.add("qf_api_requests_total", { route, method, status: String(status) });
  instruments.observe("qf_api_latency_seconds", { route }, seconds);
  countRefusal(code);
}

/** @param code of a problem or of an error frame, where the answer is one */
export function countRefusal(code: string | undefined): void {
  if (code !== undefined && REFUSALS.has(code)) {
    instruments.add("qf_access_refusals_total", { code });
  }
}
