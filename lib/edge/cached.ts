/**
 * Answers that are computed once and then given from memory, from the shared cache or as 304. The key holds the
 * version of everything an answer rests on, so an entry is never stale: it only stops being asked for.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { config } from "../config.ts";
import type { Cache } from "../ports.ts";
import { acceptedEncoding, compressed, type Encoding, encoded } from "./compression.ts";
import { csv } from "./csv.ts";
import { digest, etag, matches } from "./etag.ts";
import type { HttpEvent, Middleware } from "./http.ts";
import type { Format } from "./input.ts";
import { lru } from "./memory.ts";
import { badRequest } from "./problem.ts";
import { type Reply, reply } from "./reply.ts";
import { singleFlight } from "./single-flight.ts";

/** What a cached handler returns: how to make the body, and the version to know it by without making it. */
export type Answer = Readonly<{
  /** Version of the parts the body rests on, known from the manifest alone. */
  version: string;
  /** The JSON text. Called at most once, and only when no cache has it. */
  compute: () => string | Promise<string>;
  /** The array in the body that `format=csv` gives as rows. */
  list?: string;
  /** Called once when the answer is given, computed or not: lets go of the snapshot. */
  release?: () => void;
}>;

export type Memory = Readonly<{
  get: (key: string) => string | undefined;
  set: (key: string, value: string) => void;
}>;

/** Which cache the body came from; `bypass` = the client forbade caches. */
type Origin = "hit" | "miss" | "bypass";
type Body = Readonly<{ text: string; origin: Origin }>;

/** How long one holder may compute before the others stop waiting for it. */
const LEASE_MS = 10_000;
const BYPASS = /\bno-(cache|store)\b/;

/** Turns an {@link Answer} into its response: 304 when the client has it, else the body from memory, cache or `compute`. */
export const cached = (levels: Readonly<{ cache: Cache; memory?: Memory }>): Middleware => {
  const bodies = bodyStore(levels.cache, levels.memory);
  return {
    after: async (request) => {
      const answer = request.response;
      if (!isAnswer(answer)) return;
      try {
        request.response = await given(request.event, answer, bodies);
      } finally {
        answer.release?.();
      }
    },
  };
};

const isAnswer = (value: unknown): value is Answer =>
  typeof value === "object" && value !== null && "version" in value && "compute" in value;

type Bodies = ReturnType<typeof bodyStore>;

async function given(
  event: HttpEvent & { input?: unknown; format?: Format },
  answer: Answer,
  bodies: Bodies,
): Promise<Reply> {
  const asked = [config().BUILD_ID, event.routeKey, answer.version, event.input ?? {}];
  const format = event.format ?? "json";
  const key = digest(...asked, format);
  const headers = { etag: etag(key), "cache-control": "no-cache" };
  if (matches(event.headers?.["if-none-match"], headers.etag)) {
    return reply(304, "", { ...headers, "x-cache": "hit" });
  }
  const bypass = BYPASS.test(event.headers?.["cache-control"] ?? "");
  const json = (jsonKey: string) => bodies.find(jsonKey, bypass, answer.compute);
  const body =
    format === "json"
      ? await json(key)
      : await bodies.find(key, bypass, async () =>
          asCsv((await json(digest(...asked, "json"))).text, answer.list),
        );
  const plain =
    format === "json" ? reply(200, body.text, headers) : csvReply(body.text, headers, event);
  return encoded(
    { ...plain, headers: { ...plain.headers, "x-cache": body.origin } },
    acceptedEncoding(event.headers?.["accept-encoding"]),
    (text, encoding) => bodies.packed(key, text, encoding),
  );
}

/** One memory for all functions of a process: locally they share it, on Lambda each process has one function. */
let ofProcess: Memory | undefined;
const processMemory = (): Memory => {
  ofProcess ??= lru({ maxBytes: config().MEMORY_CACHE_MB * 1024 * 1024 });
  return ofProcess;
};

/** Bodies by key: memory before the shared cache, one computation at a time per key in this process and, by lease, elsewhere. */
function bodyStore(cache: Cache, memory?: Memory) {
  const near: Memory = {
    get: (key) => (memory ?? processMemory()).get(key),
    set: (key, value) => (memory ?? processMemory()).set(key, value),
  };
  const once = singleFlight<string>();

  const find = async (
    key: string,
    bypass: boolean,
    compute: () => string | Promise<string>,
  ): Promise<Body> => {
    const warm = bypass ? undefined : near.get(key);
    if (warm !== undefined) return { text: warm, origin: "hit" };
    let computed = false;
    const make = async () => {
      computed = true;
      return compute();
    };
    const text = await once(bypass ? `bypass ${key}` : key, async () => {
      const fresh = bypass ? await kept(cache, key, make) : await shared(cache, key, make);
      near.set(key, fresh);
      return fresh;
    });
    return { text, origin: bypass ? "bypass" : computed ? "miss" : "hit" };
  };

  const packed = (key: string, text: string, encoding: Encoding): string => {
    const known = near.get(`${key} ${encoding}`);
    if (known !== undefined) return known;
    const fresh = compressed(text, encoding);
    near.set(`${key} ${encoding}`, fresh);
    return fresh;
  };

  return { find, packed };
}

async function kept(cache: Cache, key: string, make: () => Promise<string>): Promise<string> {
  const text = await make();
  await cache.set(`answer:${key}`, text, config().CACHE_TTL_SECONDS);
  return text;
}

/** From the shared cache, or computed under a lease while others wait; without a reachable cache everybody computes. */
async function shared(cache: Cache, key: string, make: () => Promise<string>): Promise<string> {
  const giveUpMs = performance.now() + LEASE_MS;
  for (let waitMs = 10; ; waitMs = Math.min(2 * waitMs, 160)) {
    const found = await cache.get(`answer:${key}`);
    if (found !== undefined) return found;
    const release = await cache.lease(`computing:${key}`, LEASE_MS);
    if (release) {
      try {
        // The previous holder may have finished between the look and the lease.
        return (await cache.get(`answer:${key}`)) ?? (await kept(cache, key, make));
      } finally {
        await release();
      }
    }
    if (performance.now() > giveUpMs || !(await reachable(cache))) return kept(cache, key, make);
    await sleep(waitMs);
  }
}

const reachable = (cache: Cache): Promise<boolean> =>
  cache.ping().then(
    () => true,
    () => false,
  );

/** Rows, after one line that names the warnings of the JSON answer: a table has no place for them. */
function asCsv(json: string, list: string | undefined): string {
  const answer = JSON.parse(json) as Record<string, unknown>;
  const rows = list === undefined ? undefined : answer[list];
  if (!Array.isArray(rows)) {
    throw badRequest([{ path: "format", message: "this answer has no table to give as csv" }]);
  }
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
