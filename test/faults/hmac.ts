/**
 * Signing keys are derived from the secret, the day, the region and the service, over and over the same: by the client
 * once for each of its kind, by the server for each request. They are a tenth of a run's time, so they are remembered.
 */
import { createRequire } from "node:module";

type Hmac = { update: (data: string | Uint8Array) => Hmac; digest: (encoding?: string) => unknown };
type Key = string | Uint8Array;

/** The steps of the derivation hash a word; what is signed at the end is longer. */
const WORD_BYTES_MAX = 16;

const textOf = (data: Key): string =>
  typeof data === "string" ? data : Buffer.from(data).toString("latin1");

/** To be called before a module takes `createHmac`, and followed by `syncBuiltinESMExports`. */
export function rememberHmacs(): void {
  const crypto = createRequire(import.meta.url)("node:crypto");
  const real = crypto.createHmac as (algorithm: string, key: Key) => Hmac;
  const known = new Map<string, Buffer>();

  crypto.createHmac = (algorithm: string, key: Key): Hmac => {
    const pieces: (string | Uint8Array)[] = [];
    const hmac: Hmac = {
      update(data) {
        pieces.push(data);
        return hmac;
      },
      digest(encoding) {
        const [word] = pieces;
        const compute = () =>
          pieces.reduce<Hmac>((sum, piece) => sum.update(piece), real(algorithm, key));
        if (pieces.length !== 1 || word!.length > WORD_BYTES_MAX) return compute().digest(encoding);
        const name = `${algorithm} ${textOf(key)} ${textOf(word!)}`;
        const digest = known.get(name) ?? (compute().digest() as Buffer);
        known.set(name, digest);
        return encoding === undefined ? Buffer.from(digest) : digest.toString(encoding as "hex");
      },
    };
    return hmac;
  };
}
