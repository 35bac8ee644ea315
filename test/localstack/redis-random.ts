/** Random scripts over few keys, so that commands meet each other's values, of every kind and with bad arguments too. */
import fc from "fast-check";

const key = fc.constantFrom("a", "b", "c");
const member = fc.constantFrom("m", "n", "o", "", "10", "\x00\xff");
const whole = fc.constantFrom("0", "1", "-1", "2", "3", "-3", "007", "x", "9223372036854775807");
const score = fc.constantFrom("0", "1", "-1", "2.5", "1e3", "inf", "-inf", "nan", "x", "-0");
const bound = fc.constantFrom("-inf", "inf", "0", "(0", "1", "(1", "2.5", "(2.5", "x", "");
const text = fc.constantFrom("", "5", "-7", "1.5", "word", "\xe2\x82\xac", "+1", " 1");
const flag = (...names: string[]) => fc.subarray(names);

type Part = fc.Arbitrary<string | readonly string[]>;
const command = (name: string, ...parts: Part[]): fc.Arbitrary<string[]> =>
  fc.tuple(...parts).map((values) => [name, ...values.flat()]);
const some = (part: fc.Arbitrary<string>, maxLength = 3) =>
  fc.array(part, { minLength: 1, maxLength });
const limit = fc.oneof(
  fc.constant([]),
  fc.tuple(fc.constant("LIMIT"), whole, whole).map((words) => [...words]),
);

/** Times far from now: the two servers do not share a clock. */
const expiry = fc.constantFrom([], ["EX", "5000"], ["PX", "0"], ["KEEPTTL"], ["EXAT", "1"], ["EX"]);

const commands = fc.oneof(
  command("GET", key),
  command("SET", key, text, flag("NX", "XX", "GET"), expiry),
  command("GETEX", key, fc.constantFrom([], ["PERSIST"], ["EX", "9000"], ["PXAT", "5"])),
  command("GETDEL", key),
  command("MGET", some(key)),
  command("MSET", key, text, key, text),
  command("SETNX", key, text),
  command("INCR", key),
  command("INCRBY", key, whole),
  command("DECRBY", key, whole),
  command("APPEND", key, text),
  command("STRLEN", key),
  command("DEL", some(key)),
  command("EXISTS", some(key)),
  command("TYPE", key),
  command("TTL", key),
  command("PERSIST", key),
  command("EXPIRE", key, fc.constantFrom("100", "9000", "-1", "x"), flag("NX", "XX", "GT", "LT")),
  command("RENAME", key, key),
  command("HSET", key, member, text, fc.constantFrom([], ["m", "5"], ["odd"])),
  command("HGET", key, member),
  command("HMGET", key, some(member)),
  command("HLEN", key),
  command("HEXISTS", key, member),
  command("HDEL", key, some(member)),
  command("HINCRBY", key, member, whole),
  command("SADD", key, some(member)),
  command("SREM", key, some(member)),
  command("SISMEMBER", key, member),
  command("SCARD", key),
  command("ZADD", key, flag("NX", "XX", "GT", "LT", "CH", "INCR"), score, member),
  command("ZADD", key, score, member, score, member),
  command("ZINCRBY", key, score, member),
  command("ZSCORE", key, member),
  command("ZRANK", key, member),
  command("ZREM", key, some(member)),
  command("ZCOUNT", key, bound, bound),
  command("ZRANGE", key, whole, whole, flag("REV", "WITHSCORES")),
  command("ZRANGE", key, bound, bound, flag("BYSCORE", "REV", "WITHSCORES"), limit),
  command("ZRANGEBYSCORE", key, bound, bound, flag("WITHSCORES"), limit),
  command("ZREMRANGEBYSCORE", key, bound, bound),
  command("LPUSH", key, some(text)),
  command("RPUSH", key, some(text)),
  command("LPOP", key, fc.oneof(fc.constant([]), some(whole, 2))),
  command("RPOP", key),
  command("LLEN", key),
  command("LRANGE", key, whole, whole),
  command("LTRIM", key, whole, whole),
);

export const commandScripts: fc.Arbitrary<string[][]> = fc.array(commands, {
  minLength: 1,
  maxLength: 40,
});
