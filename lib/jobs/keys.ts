/** API keys in the store: one object a key, written by the command line alone and only read by functions. */
import { hashOf, ID_BYTES, isKeyId, keyOf, SECRET_BYTES } from "../access/key.ts";
import type { Limit } from "../access/limit.ts";
import { KEY_PREFIX, type KeyRecord, keyObject, recordOf, recordText } from "../access/record.ts";
import type { Scope } from "../access/scope.ts";
import { AppError } from "../errors.ts";
import type { Objects } from "../ports.ts";

export type KeyWorld = Readonly<{
  objects: Objects;
  nowMs: () => number;
  randomBytes: (bytes: number) => Uint8Array;
}>;

export type KeyWanted = Readonly<{
  name: string;
  scopes: readonly Scope[];
  expiresMs: number | null;
  limit: Limit;
}>;

const JSON_TYPE = { contentType: "application/json" };
/** Two ids of 40 random bits are hardly ever equal; a store that refuses this often has another trouble. */
const CREATE_ATTEMPTS = 4;
const REVOKE_ATTEMPTS = 12;
const READ_TOGETHER = 16;

/**
 * Makes a key and stores its record.
 * @returns `key` is shown once: only its hash is kept
 */
export async function createKey(
  { objects, nowMs, randomBytes }: KeyWorld,
  { name, scopes, expiresMs, limit }: KeyWanted,
): Promise<Readonly<{ key: string; record: KeyRecord }>> {
  for (let attempt = 1; attempt <= CREATE_ATTEMPTS; attempt++) {
    const { id, text: key } = keyOf(randomBytes(ID_BYTES), randomBytes(SECRET_BYTES));
    const record: KeyRecord = {
      id,
      name,
      scopes,
      createdMs: nowMs(),
      expiresMs,
      revokedMs: null,
      hash: hashOf(key),
      limit,
    };
    const body = Buffer.from(recordText(record));
    const { outcome } = await objects.put(keyObject(id), body, { ...JSON_TYPE, ifNoneMatch: "*" });
    if (outcome === "stored") return { key, record };
  }
  throw new AppError("WRITE_CONFLICT", `no key could be stored in ${CREATE_ATTEMPTS} attempts`);
}

/** Every key there is, the oldest first; `damaged` are objects that are no whole record. */
export async function listKeys({
  objects,
}: Pick<KeyWorld, "objects">): Promise<
  Readonly<{ keys: readonly KeyRecord[]; damaged: readonly string[] }>
> {
  const listed = (await objects.list(KEY_PREFIX)).map(({ key }) => key);
  const keys: KeyRecord[] = [];
  const damaged: string[] = [];
  for (let at = 0; at < listed.length; at += READ_TOGETHER) {
    const some = listed.slice(at, at + READ_TOGETHER);
    const bodies = await Promise.all(some.map((object) => objects.get(object)));
    for (const [i, object] of some.entries()) {
      const body = bodies[i]?.body;
      if (!body) continue;
      const id = object.slice(KEY_PREFIX.length).replace(/\.json$/, "");
      const record = recordOf(id, body.toString());
      if (record) keys.push(record);
      else damaged.push(object);
    }
  }
  keys.sort((a, b) => a.createdMs - b.createdMs || (a.id < b.id ? -1 : 1));
  return { keys, damaged };
}

/**
 * Ends a key for good. One that was revoked before keeps the time of that.
 * @throws AppError UNKNOWN_KEY, BAD_FILE for a record that is damaged, WRITE_CONFLICT
 */
export async function revokeKey(
  { objects, nowMs }: Pick<KeyWorld, "objects" | "nowMs">,
  id: string,
): Promise<Readonly<{ record: KeyRecord; wasRevoked: boolean }>> {
  for (let attempt = 1; attempt <= REVOKE_ATTEMPTS; attempt++) {
    const stored = isKeyId(id) ? await objects.get(keyObject(id)) : undefined;
    if (!stored) throw new AppError("UNKNOWN_KEY", `there is no key with the id "${id}"`);
    const record = recordOf(id, stored.body.toString());
    if (!record)
      throw new AppError(
        "BAD_FILE",
        `the record of the key "${id}" is damaged; remove its object`,
        {
          object: keyObject(id),
        },
      );
    if (record.revokedMs !== null) return { record, wasRevoked: true };
    const revoked = { ...record, revokedMs: nowMs() };
    const put = await objects.put(keyObject(id), Buffer.from(recordText(revoked)), {
      ...JSON_TYPE,
      ifMatch: stored.etag,
    });
    // Somebody else wrote it meanwhile: what they left is read again and decides.
    if (put.outcome === "stored") return { record: revoked, wasRevoked: false };
  }
  throw new AppError("WRITE_CONFLICT", `the key "${id}" was being written by others every time`);
}
