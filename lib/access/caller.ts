/** Who has asked, as far as it is carried on from the request that showed a key. */
import { isKeyId } from "./key.ts";
import { isLimit, type Limit } from "./limit.ts";
import { areScopes, SCOPES, type Scope } from "./scope.ts";
import { members } from "./stored.ts";

export type Caller = Readonly<{
  /** null = nobody: the service asks for no keys. */
  keyId: string | null;
  scopes: readonly Scope[];
  /** What the key's requests are counted by; null where nothing is counted. */
  limit: Limit | null;
}>;

/** Whoever calls a service that asks for no keys: may do everything, and is not counted. */
export const NOBODY: Caller = { keyId: null, scopes: SCOPES, limit: null };

export const callerText = ({ keyId, scopes, limit }: Caller): string =>
  JSON.stringify({
    key_id: keyId,
    scopes,
    limit: limit && {
      rate_per_second: limit.ratePerSecond,
      burst: limit.burst,
      quota_per_day: limit.quotaPerDay,
    },
  });

/** A caller as it was stored; `undefined` for anything that is not whole. */
export function callerOf(text: string): Caller | undefined {
  const { key_id: keyId, scopes, limit: stored } = members(text) ?? {};
  const limit = limitOf(stored);
  const isWhole = isKeyIdOrNull(keyId) && areScopes(scopes) && limit !== undefined;
  return isWhole ? { keyId, scopes, limit } : undefined;
}

export const isKeyIdOrNull = (value: unknown): value is string | null =>
  value === null || (typeof value === "string" && isKeyId(value));

function limitOf(stored: unknown): Limit | null | undefined {
  if (typeof stored !== "object" || stored === null) return stored === null ? null : undefined;
  const { rate_per_second, burst, quota_per_day } = stored as Record<string, unknown>;
  const limit = { ratePerSecond: rate_per_second, burst, quotaPerDay: quota_per_day };
  return isLimit(limit) ? limit : undefined;
}
