/** Requests of the service runs as API Gateway hands them to functions, and what of an answer must be right. */
import { isoDay } from "../../../lib/time.ts";
import { event } from "../../edge/call.ts";
import type { Random } from "../random.ts";
import type { FunctionName } from "./functions.ts";
import { FIRST, INDEX } from "./market.ts";

export type Asked = Readonly<{
  name: FunctionName;
  method: "GET" | "POST";
  /** "/indices/{id}/members/{ticker}" */
  pattern: string;
  query: string;
  path?: Readonly<Record<string, string>>;
  json?: unknown;
}>;

export type Reply = Readonly<{
  statusCode: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

/** An HTTP request as an event of API Gateway. */
export function eventOf(
  { method, pattern, query, path = {}, json }: Asked,
  headers: Readonly<Record<string, string>>,
) {
  const place = pattern.replaceAll(/\{(\w+)\}/g, (_, name: string) => path[name] ?? "");
  return event(`${method} ${place}?${query}`, {
    routeKey: `${method} ${pattern}`,
    pathParameters: path,
    headers: { ...headers, ...(json !== undefined && { "content-type": "application/json" }) },
    ...(json !== undefined && { body: JSON.stringify(json) }),
  });
}

/** The body of a 200; of a refusal the code, since its text names the request. */
export function essence({ statusCode, body }: Reply): string {
  if (statusCode === 200) return body;
  return `${statusCode} ${(JSON.parse(body) as { code: string }).code}`;
}

const get = (
  name: FunctionName,
  pattern: string,
  query: Record<string, string | number>,
): Asked => ({
  name,
  method: "GET",
  pattern,
  query: new URLSearchParams({ index: INDEX.id, ...query } as Record<string, string>).toString(),
});

/** One of the questions that readers ask. @param days among which its day is */
export function question(random: Random, days: readonly number[]): Asked {
  const day = isoDay(random.pick(days));
  const range = { start_date: isoDay(FIRST), end_date: day };
  const one = random.whole(1, 5);
  if (one === 1) return get("composition", "/index-composition", { date: day });
  if (one === 2) return get("composition", "/index-composition", { date: day, reserve: 3 });
  if (one === 3) return get("performance", "/index-performance", range);
  if (one === 4) return get("changes", "/composition-changes", range);
  return get("performance", "/index-performance", { benchmark: "cap_weighted" });
}

export const buildOf = (index: unknown, end: number): Asked => ({
  name: "build",
  method: "POST",
  pattern: "/build-index",
  query: "",
  json: { start_date: isoDay(FIRST), end_date: isoDay(end), index },
});

export const rollbackTo = (name: string, seq: number): Asked => ({
  name: "datasets",
  method: "POST",
  pattern: "/api/v1/datasets/{name}/rollback",
  query: "",
  path: { name },
  json: { seq },
});
