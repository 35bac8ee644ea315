/**
 * Whether who opened a connection may still read what is told over it. Nothing waits for a look at the store but the first
 * word to a key: until a later look has its answer, the one before holds.
 */
import { type KeyRecord, standing } from "../../access/record.ts";
import { permits } from "../../access/scope.ts";
import type { Subscription } from "../../access/subscription.ts";

/** Records of keys, believed for half a minute. @throws AppError DEPENDENCY_DOWN when one cannot be looked up */
export type Keys = Readonly<{ find: (id: string) => Promise<KeyRecord | undefined> }>;

/** The members of the last frame of a connection. */
export type Ending = Readonly<{
  code: "UNAUTHORIZED" | "FORBIDDEN";
  detail: string;
}> &
  Readonly<Record<string, unknown>>;

/** `undefined` = may be told; "away" = nobody knows at present, and nothing may be told. */
export type Standing = Ending | "away" | undefined;

const UNKNOWN: Ending = {
  code: "UNAUTHORIZED",
  detail: "nothing is known of this connection any more: connect again",
  reason: "unknown",
};

export class Standings {
  readonly #keys: Keys | undefined;
  readonly #nowMs: () => number;
  readonly #known = new Map<string, Standing>();

  /** @param keys `undefined` where no keys are asked for */
  constructor(keys: Keys | undefined, nowMs: () => number) {
    this.#keys = keys;
    this.#nowMs = nowMs;
  }

  /** Looks anew at the keys of those who are to be told something. Never throws, and nobody has to wait for it. */
  async look(subscriptions: readonly Subscription[]): Promise<void> {
    const ids = new Set(subscriptions.map(({ keyId }) => keyId));
    await Promise.all([...ids].map((id) => (id === null ? undefined : this.#look(id))));
    for (const id of this.#known.keys()) if (!ids.has(id)) this.#known.delete(id);
  }

  async of({ keyId }: Subscription): Promise<Standing> {
    if (this.#keys === undefined) return undefined;
    // It comes from a time when no keys were asked for.
    if (keyId === null) return UNKNOWN;
    return this.#known.has(keyId) ? this.#known.get(keyId) : this.#look(keyId);
  }

  async #look(id: string): Promise<Standing> {
    const found = await this.#keys?.find(id).then(
      (record) => endingOf(record, this.#nowMs()),
      () => "away" as const,
    );
    this.#known.set(id, found);
    return found;
  }
}

function endingOf(record: KeyRecord | undefined, nowMs: number): Ending | undefined {
  if (record === undefined)
    return { code: "UNAUTHORIZED", detail: "nobody has this API key", reason: "unknown" };
  const state = standing(record, nowMs);
  if (state === "expired")
    return { code: "UNAUTHORIZED", detail: "the API key has expired", reason: state };
  if (state === "revoked")
    return { code: "UNAUTHORIZED", detail: "the API key was revoked", reason: state };
  if (permits(record.scopes, "read")) return undefined;
  const { scopes } = record;
  const has = scopes.join(", ") || "none";
  const detail = `this call needs the scope "read"; the API key has ${has}`;
  return { code: "FORBIDDEN", detail, scope: "read", scopes };
}
