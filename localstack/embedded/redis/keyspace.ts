/**
 * A Redis keyspace in memory: `execute` takes one command and answers as Redis would. The clock is an argument,
 * nothing waits and nothing is random, so a run repeats exactly. Expired keys vanish when they are touched; above
 * the memory bound first the expired and then the least recently used keys are dropped, as a cache may.
 */
import { COMMANDS } from "./commands/table.ts";
import { outOfMemory, RedisError, type Reply, wrongArity, wrongType } from "./reply.ts";
import { Hash, type Kind, List, Members, SortedSet, type Text, type Value } from "./values.ts";

/** What a key costs besides its name and value. */
const ENTRY_BYTES = 96;
/** Eviction goes a little below the bound, so that it sorts the keys once per some megabytes and not on each write. */
const EVICT_TO = 0.95;

export const DEFAULT_MAX_BYTES = 256 * 1024 * 1024;

export type Entry = {
  value: Value;
  /** When the key vanishes, in epoch ms. */
  expiresMs: number | undefined;
  /** Position in the order of use. */
  used: number;
  /** Bytes this entry adds to the total; brought up to date after each command. */
  counted: number;
  /** Given once, rising: the cursor of SCAN. */
  readonly serial: number;
};

type ValueOf<K extends Kind> = Extract<Value, { kind: K }>;

const EMPTY: { [K in Exclude<Kind, "string">]: () => ValueOf<K> } = {
  hash: () => new Hash(),
  set: () => new Members(),
  zset: () => new SortedSet(),
  list: () => new List(),
};

export class Keyspace {
  readonly nowMs: () => number;
  readonly maxBytes: number;
  /** In order of creation. */
  readonly #entries = new Map<string, Entry>();
  readonly #touched = new Set<string>();
  #bytes = 0;
  #uses = 0;
  #serials = 0;
  #evicted = 0;

  constructor(nowMs: () => number, maxBytes = DEFAULT_MAX_BYTES) {
    this.nowMs = nowMs;
    this.maxBytes = maxBytes;
  }

  /** Never throws for a bad command: the refusal is the reply. */
  execute(command: readonly string[]): Reply {
    const name = command[0] ?? "";
    const args = command.slice(1);
    const spec = COMMANDS.get(name.toUpperCase());
    if (!spec) return unknownCommand(name, args);
    const { arity, run } = spec;
    if (arity < 0 ? command.length < -arity : command.length !== arity) return wrongArity(name);
    if (args.reduce((sum, arg) => sum + arg.length, ENTRY_BYTES) > this.maxBytes) {
      return outOfMemory();
    }
    try {
      return run(this, args);
    } catch (error) {
      if (error instanceof RedisError) return error;
      throw error;
    } finally {
      this.#settle();
    }
  }

  /** Runs commands with nothing in between; refused as a whole when one of them could not even be queued. */
  transaction(commands: readonly (readonly string[])[]): Reply[] | RedisError {
    const isQueueable = commands.every((command) => {
      const spec = COMMANDS.get((command[0] ?? "").toUpperCase());
      return (
        spec && (spec.arity < 0 ? command.length >= -spec.arity : command.length === spec.arity)
      );
    });
    if (!isQueueable) {
      return new RedisError("EXECABORT Transaction discarded because of previous errors.");
    }
    return commands.map((command) => this.execute(command));
  }

  /** The entry of a key that is there and has not expired; marks it as used. */
  entry(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    if (entry.expiresMs !== undefined && entry.expiresMs <= this.nowMs()) {
      this.remove(key);
      return undefined;
    }
    entry.used = ++this.#uses;
    this.#touched.add(key);
    return entry;
  }

  /** The value of a key. @throws RedisError WRONGTYPE when it is of another kind */
  find<K extends Kind>(key: string, kind: K): ValueOf<K> | undefined {
    const value = this.entry(key)?.value;
    if (value === undefined) return undefined;
    if (value.kind !== kind) throw wrongType();
    return value as ValueOf<K>;
  }

  /** The collection of a key, empty when there was none; it stays when something is put into it. */
  open<K extends Exclude<Kind, "string">>(key: string, kind: K): ValueOf<K> {
    const found = this.find(key, kind);
    if (found) return found;
    const value = EMPTY[kind]();
    this.put(key, value, undefined);
    return value;
  }

  /** Replaces whatever the key held. */
  put(key: string, value: Value, expiresMs: number | undefined): void {
    this.remove(key);
    this.#entries.set(key, {
      value,
      expiresMs,
      used: ++this.#uses,
      counted: 0,
      serial: ++this.#serials,
    });
    this.#touched.add(key);
  }

  /** Replaces the text of a key and keeps its time to live. */
  putText(key: string, text: Text): void {
    this.put(key, text, this.entry(key)?.expiresMs);
  }

  remove(key: string): boolean {
    const entry = this.#entries.get(key);
    if (!entry) return false;
    this.#bytes -= entry.counted;
    return this.#entries.delete(key);
  }

  clear(): void {
    this.#entries.clear();
    this.#bytes = 0;
  }

  /** Keys that are there now, in order of creation, without marking them as used. */
  *keys(afterSerial = 0): Generator<readonly [key: string, entry: Entry]> {
    const now = this.nowMs();
    for (const pair of this.#entries) {
      const { expiresMs, serial } = pair[1];
      if (serial > afterSerial && (expiresMs === undefined || expiresMs > now)) yield pair;
    }
  }

  facts(): Readonly<{ bytes: number; maxBytes: number; evicted: number }> {
    return { bytes: this.#bytes, maxBytes: this.maxBytes, evicted: this.#evicted };
  }

  /** After a command: drops collections that became empty, counts what grew or shrank, evicts when over the bound. */
  #settle(): void {
    for (const key of this.#touched) {
      const entry = this.#entries.get(key);
      if (!entry) continue;
      if (entry.value.size === 0) {
        this.remove(key);
        continue;
      }
      const bytes = ENTRY_BYTES + key.length + entry.value.bytes;
      this.#bytes += bytes - entry.counted;
      entry.counted = bytes;
    }
    this.#touched.clear();
    if (this.#bytes > this.maxBytes) this.#evict();
  }

  #evict(): void {
    const now = this.nowMs();
    for (const [key, { expiresMs }] of this.#entries) {
      if (expiresMs !== undefined && expiresMs <= now) this.remove(key);
    }
    if (this.#bytes <= this.maxBytes) return;
    const byUse = [...this.#entries].sort((a, b) => a[1].used - b[1].used);
    for (const [key] of byUse) {
      if (this.#bytes <= this.maxBytes * EVICT_TO) return;
      this.remove(key);
      this.#evicted++;
    }
  }
}

function unknownCommand(name: string, args: readonly string[]): RedisError {
  const shown = args.map((arg) => `'${arg.slice(0, 128)}' `).join("");
  return new RedisError(
    `ERR unknown command '${name.slice(0, 128)}', with args beginning with: ${shown.slice(0, 128)}`,
  );
}
