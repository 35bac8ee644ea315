/** Whose key a request carries, and what is told to a caller who has none that is good. */
import { createHash } from "node:crypto";
import { parsedKey } from "../../access/key.ts";
import { GUESSES } from "../../access/limit.ts";
import { isKeyOf, type KeyRecord, standing } from "../../access/record.ts";
import type { Scope } from "../../access/scope.ts";
import { AppError } from "../../errors.ts";
import { noteFacts } from "../log.ts";
import type { KeyReader } from "./key-reader.ts";
import type { Limiter } from "./limiter.ts";

export type AccessWorld = Readonly<{ keys: KeyReader; limiter: Limiter; nowMs: () => number }>;

type Headers = Readonly<Record<string, string | undefined>>;

/** What of a request says who asks. */
export type Asking = Readonly<{
  /** Names in lower case. */
  headers: Headers | undefined;
  /** The gateway's word for where it came from; no header is believed. */
  sourceIp: string | undefined;
}>;

/**
 * The record of the key a request carries.
 * @param shown is told the id of a key whose secret was right, also of one that opens nothing any more
 * @throws AppError UNAUTHORIZED, RATE_LIMITED, DEPENDENCY_DOWN
 */
export async function holder(
  world: AccessWorld,
  { headers, sourceIp }: Asking,
  shown: (keyId: string) => void = () => {},
): Promise<KeyRecord> {
  const given = keyIn(headers);
  if (given === undefined) throw unauthorized("missing");
  const key = parsedKey(given);
  if (key.kind !== "key") throw unauthorized(key.kind);
  // Whoever has guessed too often costs no more looks at the store; keys in use here go on working beside them.
  if (!world.keys.knows(key.id)) refuseGuesser(world, sourceIp);
  const record = await world.keys.find(key.id);
  if (!isKeyOf(key.text, record) || !record) {
    await countGuess(world, sourceIp);
    throw unauthorized("unknown");
  }
  shown(record.id);
  noteFacts({ key_id: record.id });
  const found = standing(record, world.nowMs());
  if (found !== "valid") throw unauthorized(found);
  return record;
}

/** `x-api-key` wins: a request signed for AWS carries its signature in the other header. */
export function keyIn(headers: Headers | undefined): string | undefined {
  const own = headers?.["x-api-key"];
  if (own !== undefined) return own.trim();
  return /^Bearer +(\S+) *$/i.exec(headers?.authorization ?? "")?.[1];
}

/** Of an IPv6 address the half that names the network counts, since a caller may choose the rest. Only a print is kept. */
export function addressOf(sourceIp = ""): string {
  // An IPv4 address may come as "::ffff:192.0.2.1".
  const [plain] = /[\d.]+$/.exec(sourceIp.includes(".") ? sourceIp : "") ?? [];
  const network = plain ?? networkOf(sourceIp);
  return `address:${createHash("sha256").update(network).digest("hex").slice(0, 16)}`;
}

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

const guesser = (sourceIp: string | undefined): string => `guess:${addressOf(sourceIp)}`;

/** @throws AppError RATE_LIMITED for an address from which too many keys and tickets came that nobody has */
export function refuseGuesser(
  { limiter }: Pick<AccessWorld, "limiter">,
  sourceIp: string | undefined,
): void {
  const waitMs = limiter.blockedMs(guesser(sourceIp));
  if (waitMs <= 0) return;
  throw new AppError(
    "RATE_LIMITED",
    "too many unknown API keys or tickets came from this address",
    {
      retry_after_seconds: Math.ceil(waitMs / 1000),
    },
  );
}

export async function countGuess(
  { limiter }: Pick<AccessWorld, "limiter">,
  sourceIp: string | undefined,
): Promise<void> {
  await limiter.take(guesser(sourceIp), GUESSES, 1, "open");
}

const ADVICE = {
  missing: "this call needs an API key in the header x-api-key, or as Authorization: Bearer",
  malformed: "what was sent is not an API key: one begins with eq_",
  mistyped: "the API key is mistyped or cut off: its checksum does not fit",
  unknown: "nobody has this API key",
  expired: "the API key has expired",
  revoked: "the API key was revoked",
};

/**
 * @param advice what is wrong and what would be right, where it is not about a key in a header
 * @param more facts beside the reason
 */
export const unauthorized = (
  reason: keyof typeof ADVICE,
  advice = ADVICE[reason],
  more: AppError["details"] = {},
): AppError => new AppError("UNAUTHORIZED", advice, { reason, ...more });

export const forbidden = (scope: Scope, scopes: readonly Scope[]): AppError =>
  new AppError(
    "FORBIDDEN",
    `this call needs the scope "${scope}"; the API key has ${scopes.join(", ") || "none"}`,
    { scope, scopes },
  );
