/**
 * Who may call: an API key with the scope a route needs, within the limits of the key; without a key the routes that
 * need none, within the limits of an address. With ACCESS=open nothing is looked at.
 */
import { createHash } from "node:crypto";
import { parsedKey } from "../../access/key.ts";
import { ANONYMOUS, GUESSES, type Limit } from "../../access/limit.ts";
import { isKeyOf, type KeyRecord, standing } from "../../access/record.ts";
import { type Needed, permits, type Scope, UNCOUNTED } from "../../access/scope.ts";
import { config } from "../../config.ts";
import { AppError } from "../../errors.ts";
import type { HttpEvent, Middleware } from "../http.ts";
import { noteFacts } from "../log.ts";
import { limited, rateHeaders } from "./headers.ts";
import type { KeyReader } from "./key-reader.ts";
import type { Limiter } from "./limiter.ts";

export type AccessWorld = Readonly<{ keys: KeyReader; limiter: Limiter; nowMs: () => number }>;

/**
 * Lets a request go on when its caller may make it.
 * @param needed the scope of the route, or "public"
 * @param cost as how many requests one counts
 * @throws AppError UNAUTHORIZED, FORBIDDEN, RATE_LIMITED, QUOTA_EXCEEDED, DEPENDENCY_DOWN
 */
export const access = (world: AccessWorld, needed: Needed, cost = 1): Middleware => ({
  // No promise where nothing is asked: an open service pays for one comparison.
  before: ({ event }) =>
    config().ACCESS === "open" ? undefined : admitted(world, event, needed, cost),
});

async function admitted(
  world: AccessWorld,
  event: HttpEvent,
  needed: Needed,
  cost: number,
): Promise<void> {
  if (needed === "public") return counted(world, event, addressOf(event), ANONYMOUS, needed, cost);
  const record = await holder(world, event);
  if (!permits(record.scopes, needed)) throw forbidden(needed, record.scopes);
  await counted(world, event, `key:${record.id}`, record.limit, needed, cost);
}

/** The record of the key a request carries. */
async function holder(world: AccessWorld, event: HttpEvent): Promise<KeyRecord> {
  const given = keyIn(event.headers);
  if (given === undefined) throw unauthorized("missing");
  const key = parsedKey(given);
  if (key.kind !== "key") throw unauthorized(key.kind);
  // Whoever has guessed too often costs no more looks at the store; keys in use here go on working beside them.
  if (!world.keys.knows(key.id)) refuseGuesser(world.limiter.blockedMs(guesser(event)));
  const record = await world.keys.find(key.id);
  if (!isKeyOf(key.text, record) || !record) {
    await world.limiter.take(guesser(event), GUESSES, 1, "open");
    throw unauthorized("unknown");
  }
  event.keyId = record.id;
  noteFacts({ key_id: record.id });
  const found = standing(record, world.nowMs());
  if (found !== "valid") throw unauthorized(found);
  return record;
}

/** `x-api-key` wins: a request signed for AWS carries its signature in the other header. */
function keyIn(headers: HttpEvent["headers"]): string | undefined {
  const own = headers?.["x-api-key"];
  if (own !== undefined) return own.trim();
  return /^Bearer +(\S+) *$/i.exec(headers?.authorization ?? "")?.[1];
}

/**
 * The gateway's word for where a request came from; no header is believed. Of an IPv6 address the half that names the
 * network counts, since a caller may choose the rest. Only a print of it is kept.
 */
function addressOf(event: HttpEvent): string {
  const address = event.requestContext?.http?.sourceIp ?? "";
  // An IPv4 address may come as "::ffff:192.0.2.1".
  const [plain] = /[\d.]+$/.exec(address.includes(".") ? address : "") ?? [];
  const network = plain ?? networkOf(address);
  return `address:${createHash("sha256").update(network).digest("hex").slice(0, 16)}`;
}

const guesser = (event: HttpEvent): string => `guess:${addressOf(event)}`;

/** The first four groups of an IPv6 address, "::" filled in; an unknown address is a network of its own. */
function networkOf(address: string): string {
  const [head = "", tail] = address.split("::");
  const before = head.split(":").filter(Boolean);
  const after = tail?.split(":").filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return groups
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, "").toLowerCase())
    .join(":");
}

async function counted(
  { limiter }: AccessWorld,
  event: HttpEvent,
  subject: string,
  limit: Limit,
  needed: Needed,
  cost: number,
): Promise<void> {
  const told = await limiter.take(subject, limit, cost, UNCOUNTED[needed]);
  if (!told) {
    throw new AppError(
      "DEPENDENCY_DOWN",
      `requests that need the scope "${needed}" wait until they can be counted again`,
      { dependency: "redis" },
    );
  }
  event.extraHeaders = rateHeaders(limit, told);
  if (told.outcome !== "allowed") throw limited(limit, told);
}

const ADVICE = {
  missing: "this call needs an API key in the header x-api-key, or as Authorization: Bearer",
  malformed: "what was sent is not an API key: one begins with eq_",
  mistyped: "the API key is mistyped or cut off: its checksum does not fit",
  unknown: "nobody has this API key",
  expired: "the API key has expired",
  revoked: "the API key was revoked",
};

const unauthorized = (reason: keyof typeof ADVICE) =>
  new AppError("UNAUTHORIZED", ADVICE[reason], { reason });

const forbidden = (scope: Scope, scopes: readonly Scope[]) =>
  new AppError(
    "FORBIDDEN",
    `this call needs the scope "${scope}"; the API key has ${scopes.join(", ") || "none"}`,
    { scope, scopes },
  );

function refuseGuesser(waitMs: number): void {
  if (waitMs <= 0) return;
  throw new AppError("RATE_LIMITED", "too many unknown API keys came from this address", {
    retry_after_seconds: Math.ceil(waitMs / 1000),
  });
}
