/**
 * Answers that are computed once and then given from memory, from the shared cache or as 304. The key holds the
 * version of everything an answer rests on, so an entry is never stale: it only stops being asked for.
 */
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { config } from "../config.ts";
import type { CachedAnswer } from "../ports.ts";
import { type Bodies, bodyStore, type Levels } from "./bodies.ts";
import { encoded } from "./compression.ts";
import { csv } from "./csv.ts";
import { digest, etag, matches } from "./etag.ts";
import type { HttpEvent, Middleware } from "./http.ts";
import type { Format } from "./input.ts";
import { instruments } from "./metrics/meter.ts";
import { type Reply, reply } from "./reply.ts";

const BYPASS = /\bno-(cache|store)\b/;

/** Turns a {@link CachedAnswer} into its response: 304 when the client has it, else the body from memory, cache or `compute`. */
export const cached = (levels: Levels): Middleware => {
  const bodies = bodyStore(levels);
  return {
    after: async (request) => {
      const answer = request.response;
      if (!isAnswer(answer)) return;
      try {
        request.response = await given(request.event, answer, bodies);
      } finally {
        answer.release();
      }
    },
  };
};

/**
 * Makes an answer before anybody asks for it.
 * @param routeKey "GET /index-performance"
 * @param input what the route's schema gives for the request to come
 */
export async function warm(
  levels: Levels,
  routeKey: string,
  input: unknown,
  answer: CachedAnswer,
): Promise<void> {
  try {
    const key = keyOf(routeKey, input, answer, "json");
    // Not as a quick answer: others, whose images are still closed, shall find it.
    // Who answers before the cache has it may be frozen before it is sent: a build waits for that.
    await (await bodyStore(levels).find(key, { compute: answer.compute })).kept;
  } finally {
    answer.release();
  }
}

const keyOf = (routeKey: string, input: unknown, { version }: CachedAnswer, format: Format) =>
  digest(config().BUILD_ID, routeKey, version, input ?? {}, format);

const isAnswer = (value: unknown): value is CachedAnswer =>
  typeof value === "object" && value !== null && "version" in value && "compute" in value;

async function given(
  event: HttpEvent & { input?: unknown; format?: Format },
  answer: CachedAnswer,
  bodies: Bodies,
): Promise<Reply> {
  const { routeKey, input } = event;
  // Where there is no table, whoever asks for one gets the answer there is.
  const format = answer.list === undefined ? "json" : (event.format ?? "json");
  const key = keyOf(routeKey, input, answer, format);
  const headers = {
    etag: answer.etag ?? etag(key),
    "cache-control": answer.isOfTheMoment ? "no-store" : "no-cache",
  };
  if (matches(event.headers?.["if-none-match"], headers.etag)) {
    instruments.add("qf_cache_lookups_total", { level: "client", outcome: "hit" });
    return reply(304, "", { ...headers, "x-cache": "hit" });
  }
  if (answer.isOfTheMoment) return ofTheMoment(event, answer, headers, format);
  const bypass = BYPASS.test(event.headers?.["cache-control"] ?? "");
  const json = (jsonKey: string) => bodies.find(jsonKey, answer, bypass);
  const table = async () =>
    asCsv((await json(keyOf(routeKey, input, answer, "json"))).text, answer);
  const body =
    format === "json"
      ? await json(key)
      : await bodies.find(key, { ...answer, compute: table }, bypass);
  const plain =
    format === "json" ? reply(200, body.text, headers) : csvReply(body.text, headers, event);
  return encoded(
    { ...plain, headers: { ...plain.headers, "x-cache": body.origin } },
    event.headers?.["accept-encoding"],
    (text, encoding) => bodies.packed(key, text, encoding),
  );
}

/** Made for this request alone; the edge packs it. */
async function ofTheMoment(
  event: HttpEvent,
  answer: CachedAnswer,
  headers: Readonly<Record<string, string>>,
  format: Format,
): Promise<Reply> {
  const text = await answer.compute();
  const plain =
    format === "json" ? reply(200, text, headers) : csvReply(asCsv(text, answer), headers, event);
  return { ...plain, headers: { ...plain.headers, "x-cache": "bypass" } };
}

/** Rows, after one line that names the warnings of the JSON answer: a table has no place for them. */
function asCsv(json: string, { list, flatten }: CachedAnswer): string {
  const answer = JSON.parse(json) as Record<string, unknown>;
  const entries = answer[list!] as Readonly<Record<string, unknown>>[];
  const rows = flatten ? entries.flatMap(flatten) : entries;
  const meta = answer.meta as { warnings?: { code: string }[] } | undefined;
  return `${(meta?.warnings ?? []).map(({ code }) => code).join(", ")}\n${csv(rows)}`;
}

function csvReply(
  text: string,
  headers: Readonly<Record<string, string>>,
  event: APIGatewayProxyEventV2,
): Reply {
  const end = text.indexOf("\n");
  const warnings = text.slice(0, end);
  const name = event.rawPath.split("/").filter(Boolean).at(-1) ?? "answer";
  return reply(200, text.slice(end + 1), {
    ...headers,
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${name.replace(/[^\w.-]/g, "_")}.csv"`,
    ...(warnings && { "x-warnings": warnings }),
  });
}
