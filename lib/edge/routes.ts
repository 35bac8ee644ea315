/** What answers where no function is routed: unknown paths, known paths with another method, browsers' preflights. */
import { config } from "../config.ts";
import { AppError } from "../errors.ts";
import type { HttpEvent } from "./http.ts";
import { type Reply, reply } from "./reply.ts";

/** The pattern "/indices/{id}" matches one segment for each name in braces, "{path+}" the rest. */
function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split("/");
  const parts = path.split("/");
  const rest = wanted.findIndex((segment) => segment.endsWith("+}"));
  if (rest >= 0 ? parts.length <= rest : parts.length !== wanted.length) return false;
  return wanted
    .slice(0, rest >= 0 ? rest : undefined)
    .every((segment, at) => segment === parts[at] || (segment.startsWith("{") && parts[at] !== ""));
}

/**
 * The handler of API Gateway's `$default` route.
 * @param routes every route of serverless.yml: "GET /indices/{id}"
 * @throws AppError METHOD_NOT_ALLOWED with `allow`, UNKNOWN_ROUTE with `routes`
 */
export const unrouted =
  (routes: readonly string[]) =>
  (event: HttpEvent): Reply => {
    const { method } = event.requestContext.http;
    const allow = routes
      .map((route) => route.split(" ") as [string, string])
      .filter(([, pattern]) => fits(pattern, event.rawPath))
      .map(([allowed]) => allowed);
    if (allow.length === 0) {
      throw new AppError("UNKNOWN_ROUTE", `there is nothing at "${event.rawPath}"`, { routes });
    }
    if (method === "OPTIONS") return preflight(allow);
    throw new AppError(
      "METHOD_NOT_ALLOWED",
      `"${event.rawPath}" takes ${allow.join(", ")}, was ${method}`,
      { allow },
    );
  };

const preflight = (allow: readonly string[]): Reply =>
  reply(204, "", {
    allow: allow.join(", "),
    ...(config().CORS_ORIGIN && {
      "access-control-allow-methods": allow.join(", "),
      "access-control-allow-headers":
        "content-type, if-none-match, cache-control, x-api-key, authorization, idempotency-key",
      "access-control-max-age": "600",
    }),
  });
