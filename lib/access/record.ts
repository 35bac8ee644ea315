/** What is stored of an API key: everything but the key. The JSON of a record is snake_case with ISO instants. */
import { timingSafeEqual } from "node:crypto";
import { hashOf, isKeyId } from "./key.ts";
import { isLimit, type Limit } from "./limit.ts";
import { areScopes, type Scope } from "./scope.ts";
import { instant, members } from "./stored.ts";

export type KeyRecord = Readonly<{
  id: string;
  /** For people: who carries it. */
  name: string;
  scopes: readonly Scope[];
  createdMs: number;
  /** From this instant on the key is refused; null = never. */
  expiresMs: number | null;
  revokedMs: number | null;
  /** sha256 of the key, 64 hex. */
  hash: string;
  limit: Limit;
}>;

export const NAME_LETTERS_MAX = 80;

/** Where records lie in the bucket. */
export const KEY_PREFIX = "access/keys/";
export const keyObject = (id: string): string => `${KEY_PREFIX}${id}.json`;

export type Standing = "valid" | "expired" | "revoked";

/** A key that is both is told as revoked: somebody decided that. */
export function standing({ expiresMs, revokedMs }: KeyRecord, nowMs: number): Standing {
  if (revokedMs !== null) return "revoked";
  return expiresMs !== null && nowMs >= expiresMs ? "expired" : "valid";
}

const NOBODY = Buffer.alloc(32);

/**
 * Whether the key is that of the record, in a time that tells nothing about either; without a record the same work is
 * done against a hash that no key has.
 */
export function isKeyOf(key: string, record: KeyRecord | undefined): boolean {
  const wanted = record ? Buffer.from(record.hash, "hex") : NOBODY;
  const isEqual = timingSafeEqual(Buffer.from(hashOf(key), "hex"), wanted);
  return isEqual && record !== undefined;
}

const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** The stored text of a record. */
export const recordText = (record: KeyRecord): string =>
  `${JSON.stringify(
    {
      id: record.id,
      name: record.name,
      scopes: record.scopes,
      created_at: iso(record.createdMs),
      expires_at: iso(record.expiresMs),
      revoked_at: iso(record.revokedMs),
      hash: record.hash,
      rate_per_second: record.limit.ratePerSecond,
      burst: record.limit.burst,
      quota_per_day: record.limit.quotaPerDay,
    },
    null,
    1,
  )}\n`;

const instantOrNull = (value: unknown) => (value === null ? null : instant(value));

/**
 * A record as it was stored under this id; `undefined` for anything that is not whole in every member. Whoever checks a
 * key against half a record might let somebody in.
 */
export function recordOf(id: string, text: string): KeyRecord | undefined {
  const stored = members(text);
  if (!stored) return undefined;
  const record = {
    id: stored.id,
    name: stored.name,
    scopes: stored.scopes,
    createdMs: instant(stored.created_at),
    expiresMs: instantOrNull(stored.expires_at),
    revokedMs: instantOrNull(stored.revoked_at),
    hash: stored.hash,
    limit: {
      ratePerSecond: stored.rate_per_second,
      burst: stored.burst,
      quotaPerDay: stored.quota_per_day,
    },
  };
  return record.id === id && isRecord(record) ? record : undefined;
}

type Unchecked = { [Name in keyof KeyRecord]: unknown };

function isRecord(record: Unchecked): record is KeyRecord {
  const { id, name, scopes, createdMs, expiresMs, revokedMs, hash, limit } = record;
  const isInstant = (value: unknown) => Number.isFinite(value);
  return (
    typeof id === "string" &&
    isKeyId(id) &&
    typeof name === "string" &&
    areScopes(scopes) &&
    isInstant(createdMs) &&
    (expiresMs === null || isInstant(expiresMs)) &&
    (revokedMs === null || isInstant(revokedMs)) &&
    typeof hash === "string" &&
    /^[0-9a-f]{64}$/.test(hash) &&
    isLimit(limit)
  );
}
