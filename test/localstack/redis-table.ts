import { COLLECTION_GROUPS } from "./redis-table-collections.ts";

/**
 * What Redis answers, command by command. Each group begins with an empty keyspace.
 *
 *   SET a "two words" -> "OK"      arguments are words or JSON strings; the reply is JSON
 *   GET a             -> ERR ...   a reply that is no JSON is the refusal, word for word
 *   SMEMBERS s        -> unordered ["b","a"]
 *   PTTL a            -> from 4800 to 5000
 *   sleep 30                       moves the clock by that many ms
 *
 * `@embedded` at the end marks lines a real Redis answers otherwise, `@7.2` those Redis 7.0 does.
 */
export const REDIS_GROUPS: Readonly<Record<string, string>> = {
  server: `
    PING                       -> "PONG"
    PING hello                 -> "hello"
    PING a b                   -> ERR wrong number of arguments for 'ping' command
    ECHO "two words"           -> "two words"
    ECHO                       -> ERR wrong number of arguments for 'echo' command
    NOSUCH a b                 -> ERR unknown command 'NOSUCH', with args beginning with: 'a' 'b' 
    nosuch                     -> ERR unknown command 'nosuch', with args beginning with: 
    DBSIZE                     -> 0
    MSET a 1 b 2               -> "OK"
    DBSIZE                     -> 2
    FLUSHDB maybe              -> ERR syntax error
    FLUSHDB                    -> "OK"
    DBSIZE                     -> 0
    FLUSHALL ASYNC             -> "OK"
    EVAL "return 1" 0          -> ERR unsupported: the embedded server runs no scripts; use SET NX, MULTI or INCR instead @embedded
  `,
  strings: `
    GET a                      -> null
    SET a 1                    -> "OK"
    set a 2                    -> "OK"
    GET a                      -> "2"
    GET                        -> ERR wrong number of arguments for 'get' command
    GET a b                    -> ERR wrong number of arguments for 'get' command
    STRLEN a                   -> 1
    STRLEN missing             -> 0
    APPEND a "34"              -> 3
    APPEND b x                 -> 1
    GET a                      -> "234"
    SET e ""                   -> "OK"
    GET e                      -> ""
    EXISTS e                   -> 1
    SETNX a 9                  -> 0
    SETNX c 9                  -> 1
    MGET a nothing c           -> ["234",null,"9"]
    MSET x 1 y                 -> ERR wrong number of arguments for 'mset' command
    MSET x 1 x 2 y 3           -> "OK"
    MGET x y                   -> ["2","3"]
    GETDEL x                   -> "2"
    GETDEL x                   -> null
    SADD s 1                   -> 1
    GET s                      -> WRONGTYPE Operation against a key holding the wrong kind of value
    APPEND s 1                 -> WRONGTYPE Operation against a key holding the wrong kind of value
    STRLEN s                   -> WRONGTYPE Operation against a key holding the wrong kind of value
    GETDEL s                   -> WRONGTYPE Operation against a key holding the wrong kind of value
    MGET a s                   -> ["234",null]
    SET s now-a-text           -> "OK"
    GET s                      -> "now-a-text"
  `,
  "bytes and texts": `
    SET "schlüssel €" "naïve 😀"   -> "OK"
    GET "schlüssel €"              -> "naïve 😀"
    STRLEN "schlüssel €"           -> 11
    APPEND "schlüssel €" "é"       -> 13
    SET nul "a\\u0000b\\r\\nc"       -> "OK"
    GET nul                        -> "a\\u0000b\\r\\nc"
    STRLEN nul                     -> 6
    SET quote "\\"{}\\\\"             -> "OK"
    GET quote                      -> "\\"{}\\\\"
    SET ok OK                      -> "OK"
    GET ok                         -> "OK"
    ECHO "€"                       -> "€"
  `,
  "SET options": `
    SET a 1 NX                 -> "OK"
    SET a 2 NX                 -> null
    SET b 1 XX                 -> null
    SET a 3 XX                 -> "OK"
    SET a 4 GET                -> "3"
    SET n 1 GET                -> null
    SET a 5 NX GET             -> "4"
    SET m 1 XX GET             -> null
    EXISTS m                   -> 0
    GET a                      -> "4"
    SET a 1 NX XX              -> ERR syntax error
    SET a 1 EX                 -> ERR syntax error
    SET a 1 EX 10 PX 10        -> ERR syntax error
    SET a 1 EX 10 KEEPTTL      -> ERR syntax error
    SET a 1 KEEPTTL EX 10      -> ERR syntax error
    SET a 1 BANANA             -> ERR syntax error
    SET a 1 EX 0               -> ERR invalid expire time in 'set' command
    SET a 1 PX -5              -> ERR invalid expire time in 'set' command
    SET a 1 EX abc             -> ERR value is not an integer or out of range
    SET a 1 EX 1.5             -> ERR value is not an integer or out of range
    SET a 1 EX 9223372036854775807 -> ERR invalid expire time in 'set' command
    GET a                      -> "4"
    SET a 1 EX 100             -> "OK"
    TTL a                      -> 100
    SET a 2 KEEPTTL            -> "OK"
    TTL a                      -> 100
    SET a 3                    -> "OK"
    TTL a                      -> -1
    SET a 1 px 5000            -> "OK"
    PTTL a                     -> from 4800 to 5000
    SET a 1 EXAT 1             -> "OK"
    GET a                      -> null
    SET a 1 EXAT 33177117420   -> "OK"
    TTL a                      -> from 28000000000 to 33177117420
    SET a 1 PXAT 33177117420000 -> "OK"
    TTL a                      -> from 28000000000 to 33177117420
    SADD s 1                   -> 1
    SET s 1 GET                -> WRONGTYPE Operation against a key holding the wrong kind of value
    SET s 1 NX                 -> null
    SETEX a 0 v                -> ERR invalid expire time in 'setex' command
    SETEX a 50 v               -> "OK"
    TTL a                      -> 50
    PSETEX a 1900 v            -> "OK"
    TTL a                      -> 2
    PSETEX a 1300 v            -> "OK"
    TTL a                      -> 1
    PSETEX a 60000 v           -> "OK"
    TTL a                      -> 60
    SETEX a 50                 -> ERR wrong number of arguments for 'setex' command
  `,
  GETEX: `
    SET a 1                    -> "OK"
    GETEX a                    -> "1"
    TTL a                      -> -1
    GETEX a EX 100             -> "1"
    TTL a                      -> 100
    GETEX a                    -> "1"
    TTL a                      -> 100
    GETEX a PERSIST            -> "1"
    TTL a                      -> -1
    GETEX a PERSIST EX 3       -> ERR syntax error
    GETEX a KEEPTTL            -> ERR syntax error
    GETEX a EX 0               -> ERR invalid expire time in 'getex' command
    GETEX missing EX 5         -> null
    GETEX a PXAT 1             -> "1"
    GET a                      -> null
  `,
  counters: `
    INCR n                     -> 1
    INCRBY n 41                -> 42
    DECR n                     -> 41
    DECRBY n 50                -> -9
    GET n                      -> "-9"
    SET n 9223372036854775806  -> "OK"
    INCRBY n 5                 -> ERR increment or decrement would overflow
    SET big -9223372036854775808 -> "OK"
    DECR big                   -> ERR increment or decrement would overflow
    DECRBY n -9223372036854775808 -> ERR decrement would overflow
    SET t "12 "                -> "OK"
    INCR t                     -> ERR value is not an integer or out of range
    SET t 007                  -> "OK"
    INCR t                     -> ERR value is not an integer or out of range
    SET t +1                   -> "OK"
    INCR t                     -> ERR value is not an integer or out of range
    SET t -0                   -> "OK"
    INCR t                     -> ERR value is not an integer or out of range
    SET t ""                   -> "OK"
    INCR t                     -> ERR value is not an integer or out of range
    INCRBY n 1.5               -> ERR value is not an integer or out of range
    INCRBY n 9223372036854775808 -> ERR value is not an integer or out of range
    LPUSH l 1                  -> 1
    INCR l                     -> WRONGTYPE Operation against a key holding the wrong kind of value
    SET k 5 EX 100             -> "OK"
    INCR k                     -> 6
    TTL k                      -> 100
    SET f 10.50                -> "OK"
    INCRBYFLOAT f 0.1          -> "10.6"
    INCRBYFLOAT f -5           -> "5.6"
    INCRBYFLOAT g 0.1          -> "0.1"
    INCRBYFLOAT g 0.2          -> "0.3"
    INCRBYFLOAT g 5.0e3        -> "5000.3" @embedded
    INCRBYFLOAT g -5000.3      -> "0" @embedded
    INCRBYFLOAT t abc          -> ERR value is not a valid float
    SET t abc                  -> "OK"
    INCRBYFLOAT t 1            -> ERR value is not a valid float
    INCRBYFLOAT f inf          -> ERR increment would produce NaN or Infinity
    INCRBYFLOAT l 1            -> WRONGTYPE Operation against a key holding the wrong kind of value
  `,
  keys: `
    MSET a 1 b 2 c 3           -> "OK"
    EXISTS a a b nothing       -> 3
    DEL a b nothing            -> 2
    UNLINK c c                 -> 1
    EXISTS a                   -> 0
    DEL                        -> ERR wrong number of arguments for 'del' command
    TYPE a                     -> "none"
    SET a 1                    -> "OK"
    HSET h f 1                 -> 1
    SADD s 1                   -> 1
    ZADD z 1 m                 -> 1
    RPUSH l 1                  -> 1
    TYPE a                     -> "string"
    TYPE h                     -> "hash"
    TYPE s                     -> "set"
    TYPE z                     -> "zset"
    TYPE l                     -> "list"
    RENAME nothing x           -> ERR no such key
    EXPIRE a 100               -> 1
    RENAME a h                 -> "OK"
    GET h                      -> "1"
    TTL h                      -> 100
    EXISTS a                   -> 0
    RENAME h h                 -> "OK"
    GET h                      -> "1"
  `,
  patterns: `
    MSET user:1 a user:2 b user:10 c other d "we*ird" e "a[b" f -> "OK"
    KEYS user:?                -> unordered ["user:1","user:2"]
    KEYS user:*                -> unordered ["user:1","user:2","user:10"]
    KEYS user:[1-2]            -> unordered ["user:1","user:2"]
    KEYS user:[^1]             -> unordered ["user:2"]
    KEYS "we\\\\*ird"             -> ["we*ird"]
    KEYS nothing*              -> []
    KEYS *er:1*                -> unordered ["user:1","user:10"]
    KEYS other                 -> ["other"]
    KEYS othe                  -> []
    SCAN 0 COUNT 100 MATCH user:* -> unordered ["0",["user:1","user:10","user:2"]]
    SCAN 0 COUNT 100 TYPE hash -> ["0",[]]
    SCAN abc                   -> ERR invalid cursor
    SCAN 0 COUNT 0             -> ERR syntax error
    SCAN 0 COUNT x             -> ERR value is not an integer or out of range
    SCAN 0 BANANA 1            -> ERR syntax error
    SCAN 0 MATCH               -> ERR syntax error
  `,
  expiry: `
    TTL a                      -> -2
    PTTL a                     -> -2
    SET a 1                    -> "OK"
    TTL a                      -> -1
    PTTL a                     -> -1
    PERSIST a                  -> 0
    EXPIRE missing 10          -> 0
    EXPIRE a 10                -> 1
    TTL a                      -> 10
    PERSIST a                  -> 1
    TTL a                      -> -1
    EXPIRE a abc               -> ERR value is not an integer or out of range
    EXPIRE a 9223372036854775807 -> ERR invalid expire time in 'expire' command
    EXPIRE a 10 BANANA         -> ERR Unsupported option BANANA
    EXPIRE a 10 NX XX          -> ERR NX and XX, GT or LT options at the same time are not compatible
    EXPIRE a 10 GT LT          -> ERR GT and LT options at the same time are not compatible
    EXPIRE a 10 XX             -> 0
    EXPIRE a 10 GT             -> 0
    EXPIRE a 10 LT             -> 1
    EXPIRE a 20 NX             -> 0
    EXPIRE a 20 LT             -> 0
    EXPIRE a 20 GT             -> 1
    TTL a                      -> 20
    EXPIRE a 30 XX             -> 1
    TTL a                      -> 30
    EXPIREAT a 33177117420     -> 1
    TTL a                      -> from 28000000000 to 33177117420
    EXPIREAT a 33177117420 GT  -> 0
    EXPIREAT a 33177117420 LT  -> 0
    EXPIREAT a 33177117421 GT  -> 1
    EXPIREAT a 33177117419 LT  -> 1
    EXPIREAT a 1               -> 1
    EXISTS a                   -> 0
    SET a 1                    -> "OK"
    EXPIRE a -1                -> 1
    GET a                      -> null
    SET a 1 PX 20              -> "OK"
    SET b 1 PX 20              -> "OK"
    HSET h f 1                 -> 1
    PEXPIRE h 20               -> 1
    sleep 40
    GET a                      -> null
    SETNX b 2                  -> 1
    TTL b                      -> -1
    HGET h f                   -> null
    HINCRBY h f 1              -> 1
    TTL h                      -> -1
    DEL a                      -> 0
    SET c 1 PX 20              -> "OK"
    sleep 40
    DEL c                      -> 0
    KEYS c                     -> []
    EXISTS c                   -> 0
  `,
  ...COLLECTION_GROUPS,
};
