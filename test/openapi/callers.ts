/** People with keys of all kinds, and without. */
import { SCOPES, type Scope } from "../../lib/access/scope.ts";
import { createKey, revokeKey } from "../../lib/jobs/keys.ts";
import type { Caller } from "./fuzz.ts";

/** So many that nobody meets a limit but who guesses. */
const LIMIT = { ratePerSecond: 10_000, burst: 1_000_000, quotaPerDay: null };

/** @returns first a caller who may do everything */
export async function callersWithKeys(): Promise<[Caller, ...Caller[]]> {
  const { world } = await import("../../lib/world.ts");
  const make = async (scopes: readonly Scope[]) =>
    createKey(world, { name: scopes.join(), scopes, expiresMs: null, limit: LIMIT });
  const holder = async (...scopes: Scope[]): Promise<Caller> => ({
    headers: { "x-api-key": (await make(scopes)).key },
    scopes,
  });
  const revoked = await make([...SCOPES]);
  await revokeKey(world, revoked.record.id);
  const nobody = (value: string): Caller => ({ headers: { "x-api-key": value }, scopes: [] });
  return [
    await holder(...SCOPES),
    await holder("read"),
    await holder("build"),
    await holder("admin", "trade"),
    { headers: {}, scopes: [] },
    nobody(revoked.key),
    nobody(revoked.key.slice(0, -3)),
    { headers: { authorization: "Bearer eq_nobody" }, scopes: [] },
  ];
}
