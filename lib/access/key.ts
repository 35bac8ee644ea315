/**
 * API keys as people carry them: `eq_<id>_<secret>`, for example `eq_` + 8 + `_` + 36 letters of base32.
 * The id names the record and may be shown; the secret is 160 random bits and four letters of checksum over all that
 * stands before them, so that a key mistyped or cut off is told from one that nobody made, without asking the store.
 */
import { hash } from "node:crypto";
import { BITS_PER_LETTER, base32 } from "../text.ts";

const ID_LETTERS = 8;
const SECRET_LETTERS = 32;
const CHECK_LETTERS = 4;

/** Random bytes a new id and a new secret are made of: 40 and 160 bits. */
export const ID_BYTES = (ID_LETTERS * BITS_PER_LETTER) / 8;
export const SECRET_BYTES = (SECRET_LETTERS * BITS_PER_LETTER) / 8;

const KEY = new RegExp(
  `^(eq_([a-z2-7]{${ID_LETTERS}})_[a-z2-7]{${SECRET_LETTERS}})([a-z2-7]{${CHECK_LETTERS}})$`,
);
const ID = new RegExp(`^[a-z2-7]{${ID_LETTERS}}$`);

export type ParsedKey =
  | Readonly<{ kind: "key"; id: string; text: string }>
  /** `malformed`: no key of ours at all; `mistyped`: one of ours with a letter changed, lost or swapped. */
  | Readonly<{ kind: "malformed" | "mistyped" }>;

/** Two hex digits a byte, as many whole bytes as the letters take. */
const CHECK_HEX = 2 * Math.ceil((CHECK_LETTERS * BITS_PER_LETTER) / 8);

const checkOf = (text: string): string =>
  base32(Buffer.from(hashOf(text).slice(0, CHECK_HEX), "hex")).slice(0, CHECK_LETTERS);

/**
 * @param id {@link ID_BYTES} random bytes
 * @param secret {@link SECRET_BYTES} random bytes
 */
export function keyOf(id: Uint8Array, secret: Uint8Array): Readonly<{ id: string; text: string }> {
  if (id.length !== ID_BYTES || secret.length !== SECRET_BYTES)
    throw new Error(`a key takes ${ID_BYTES} and ${SECRET_BYTES} bytes`);
  const name = base32(id);
  const text = `eq_${name}_${base32(secret)}`;
  return { id: name, text: text + checkOf(text) };
}

export function parsedKey(given: string): ParsedKey {
  const [, text, id, check] = KEY.exec(given) ?? [];
  if (text === undefined || id === undefined)
    return { kind: /^eq_/i.test(given) ? "mistyped" : "malformed" };
  return checkOf(text) === check ? { kind: "key", id, text: given } : { kind: "mistyped" };
}

export const isKeyId = (text: string): boolean => ID.test(text);

/**
 * What is stored of a key: sha256 of the whole text, 64 hex. A slow hash protects passwords because people choose them
 * from few; 160 random bits cannot be tried out, whatever one trial costs, and every request would pay for it.
 */
export const hashOf = (key: string): string => hash("sha256", key);
