/** The options that SET and GETEX share: when the key expires. */
import { bigInteger, type Options } from "../arguments.ts";
import { invalidExpire, syntaxError } from "../reply.ts";

const INT64_MAX = 2n ** 63n - 1n;

/** @throws RedisError invalid expire time unless it is positive and fits 64 bits in milliseconds */
export function positiveMs(text: string, unitMs: number, command: string): number {
  const value = bigInteger(text);
  if (value <= 0n || value * BigInt(unitMs) > INT64_MAX) throw invalidExpire(command);
  return Number(value) * unitMs;
}

export type Expiry =
  | Readonly<{ kind: "at"; ms: number }>
  | Readonly<{ kind: "keep" | "persist" | "none" }>;

const TIMES: Readonly<Record<string, Readonly<{ unitMs: number; isAbsolute: boolean }>>> = {
  EX: { unitMs: 1000, isAbsolute: false },
  PX: { unitMs: 1, isAbsolute: false },
  EXAT: { unitMs: 1000, isAbsolute: true },
  PXAT: { unitMs: 1, isAbsolute: true },
};

export type SetOptions = Readonly<{ expiry: Expiry; flags: ReadonlySet<string> }>;

/**
 * Reads to the end of the options. At most one of them may speak about expiry.
 * @throws RedisError syntax error for an option that is not in `flags` and no time
 */
export function setOptions(
  options: Options,
  context: Readonly<{ command: string; nowMs: number; flags: readonly string[] }>,
): SetOptions {
  const { command, nowMs } = context;
  const flags = new Set<string>();
  let time: Readonly<{ text: string; unitMs: number; isAbsolute: boolean }> | undefined;
  let spoken: "keep" | "persist" | undefined;
  for (let name = options.next(); name !== undefined; name = options.next()) {
    const unit = TIMES[name];
    if (unit && !time && !spoken) time = { text: options.value(), ...unit };
    else if (unit || !context.flags.includes(name)) throw syntaxError();
    else if (name === "KEEPTTL" || name === "PERSIST") {
      if (time || (spoken && name === "PERSIST")) throw syntaxError();
      spoken = name === "PERSIST" ? "persist" : "keep";
    } else flags.add(name);
  }
  if (flags.has("NX") && flags.has("XX")) throw syntaxError();
  if (!time) return { expiry: { kind: spoken ?? "none" }, flags };
  const ms = positiveMs(time.text, time.unitMs, command) + (time.isAbsolute ? 0 : nowMs);
  return { expiry: { kind: "at", ms }, flags };
}
