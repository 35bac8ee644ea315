/**
 * What a command answers. Every text is a byte string: one character per byte (codes 0-255), so values are
 * binary-safe, lengths are byte counts and `<` orders as Redis does (memcmp). bytes.ts goes to and from JSON text.
 */
export type Reply = string | number | bigint | null | readonly Reply[] | RedisError;

/** A refusal in Redis' own words, code first: "WRONGTYPE Operation against a key ...". */
export class RedisError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "RedisError";
  }
}

export const wrongType = () =>
  new RedisError("WRONGTYPE Operation against a key holding the wrong kind of value");
export const syntaxError = () => new RedisError("ERR syntax error");
export const notAnInteger = () => new RedisError("ERR value is not an integer or out of range");
export const notAFloat = () => new RedisError("ERR value is not a valid float");
export const wrongArity = (command: string) =>
  new RedisError(`ERR wrong number of arguments for '${command.toLowerCase()}' command`);
export const invalidExpire = (command: string) =>
  new RedisError(`ERR invalid expire time in '${command}' command`);
export const outOfMemory = () =>
  new RedisError("OOM command not allowed when used memory > 'maxmemory'.");
