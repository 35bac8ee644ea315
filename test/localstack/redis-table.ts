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
  hashes: `
    HSET h a 1 b 2             -> 2
    HSET h a 9 c 3             -> 1
    HSET h a                   -> ERR wrong number of arguments for 'hset' command
    HSET h a 1 b               -> ERR wrong number of arguments for 'hset' command
    HGET h a                   -> "9"
    HGET h nothing             -> null
    HGET nothing a             -> null
    HMGET h a nothing c        -> ["9",null,"3"]
    HMGET nothing a            -> [null]
    HGETALL h                  -> ["a","9","b","2","c","3"]
    HGETALL nothing            -> []
    HKEYS h                    -> ["a","b","c"]
    HVALS h                    -> ["9","2","3"]
    HLEN h                     -> 3
    HEXISTS h a                -> 1
    HEXISTS h z                -> 0
    HINCRBY h n 5              -> 5
    HINCRBY h n -7             -> -2
    HSET h t text              -> 1
    HINCRBY h t 1              -> ERR hash value is not an integer
    HINCRBY h n x              -> ERR value is not an integer or out of range
    HSET h m 9223372036854775807 -> 1
    HINCRBY h m 1              -> ERR increment or decrement would overflow
    HDEL h a b nothing         -> 2
    HDEL h c n t m             -> 4
    EXISTS h                   -> 0
    HDEL h a                   -> 0
    SET s 1                    -> "OK"
    HGET s a                   -> WRONGTYPE Operation against a key holding the wrong kind of value
    HSET s a 1                 -> WRONGTYPE Operation against a key holding the wrong kind of value
    HGETALL s                  -> WRONGTYPE Operation against a key holding the wrong kind of value
  `,
  sets: `
    SADD s b a b               -> 2
    SADD s a c                 -> 1
    SMEMBERS s                 -> unordered ["a","b","c"]
    SMEMBERS nothing           -> []
    SISMEMBER s a              -> 1
    SISMEMBER s z              -> 0
    SCARD s                    -> 3
    SCARD nothing              -> 0
    SREM s a z                 -> 1
    SREM s b c                 -> 2
    EXISTS s                   -> 0
    SREM s a                   -> 0
    SET t 1                    -> "OK"
    SADD t 1                   -> WRONGTYPE Operation against a key holding the wrong kind of value
    SADD s                     -> ERR wrong number of arguments for 'sadd' command
  `,
  lists: `
    RPUSH l b c                -> 2
    LPUSH l a z                -> 4
    LRANGE l 0 -1              -> ["z","a","b","c"]
    LRANGE l 1 2               -> ["a","b"]
    LRANGE l -2 -1             -> ["b","c"]
    LRANGE l -100 1            -> ["z","a"]
    LRANGE l 3 100             -> ["c"]
    LRANGE l 5 10              -> []
    LRANGE l 2 1               -> []
    LRANGE nothing 0 -1        -> []
    LRANGE l a 1               -> ERR value is not an integer or out of range
    LLEN l                     -> 4
    LLEN nothing               -> 0
    LPOP l                     -> "z"
    RPOP l                     -> "c"
    LPOP l 0                   -> []
    LPOP l -1                  -> ERR value is out of range, must be positive
    LPOP l x                   -> ERR value is out of range, must be positive
    LPOP l 1 2                 -> ERR wrong number of arguments for 'lpop' command
    RPOP l 5                   -> ["b","a"]
    EXISTS l                   -> 0
    LPOP l                     -> null
    LPOP l 2                   -> null
    RPUSH l a b c d            -> 4
    LTRIM l 1 -2               -> "OK"
    LRANGE l 0 -1              -> ["b","c"]
    LTRIM l 5 9                -> "OK"
    EXISTS l                   -> 0
    LTRIM nothing 0 1          -> "OK"
    SET s 1                    -> "OK"
    LPUSH s 1                  -> WRONGTYPE Operation against a key holding the wrong kind of value
    LRANGE s 0 1               -> WRONGTYPE Operation against a key holding the wrong kind of value
  `,
  ZADD: `
    ZADD z 1 a 2 b             -> 2
    ZADD z 3 a 3 c             -> 1
    ZSCORE z a                 -> "3"
    ZSCORE z nothing           -> null
    ZSCORE nothing a           -> null
    ZADD z NX 9 a 4 d          -> 1
    ZSCORE z a                 -> "3"
    ZADD z XX 7 a 1 new        -> 0
    ZSCORE z a                 -> "7"
    ZSCORE z new               -> null
    ZADD z GT 5 a              -> 0
    ZSCORE z a                 -> "7"
    ZADD z GT CH 8 a 1 b       -> 1
    ZADD z LT CH 2 a           -> 1
    ZADD z LT 9 e              -> 1
    ZADD z CH 2 a 10 e         -> 1
    ZADD z INCR 2.5 a          -> "4.5"
    ZADD z NX INCR 1 a         -> null
    ZADD z GT INCR -1 a        -> null
    ZADD z XX INCR 1 nothing   -> null
    ZINCRBY z 0.5 a            -> "5"
    ZINCRBY fresh 2 m          -> "2"
    ZADD z 1                   -> ERR wrong number of arguments for 'zadd' command
    ZADD z 1 a 2               -> ERR syntax error
    ZADD z CH XX NX            -> ERR syntax error
    ZADD z NX XX 1 a           -> ERR XX and NX options at the same time are not compatible
    ZADD z NX GT 1 a           -> ERR GT, LT, and/or NX options at the same time are not compatible
    ZADD z GT LT 1 a           -> ERR GT, LT, and/or NX options at the same time are not compatible
    ZADD z INCR 1 a 2 b        -> ERR INCR option supports a single increment-element pair
    ZADD z abc a               -> ERR value is not a valid float
    ZADD z nan a               -> ERR value is not a valid float
    ZADD z 1 ok x bad          -> ERR value is not a valid float
    ZSCORE z ok                -> null
    ZADD z +inf top -inf low   -> 2
    ZSCORE z top               -> "inf"
    ZSCORE z low               -> "-inf"
    ZINCRBY z -inf top         -> ERR resulting score is not a number (NaN)
    ZADD z XX 1 q              -> 0
    ZADD none XX 1 q           -> 0
    EXISTS none                -> 0
    ZADD f 0.1 a               -> 1
    ZSCORE f a                 -> "0.1" @7.2
    ZADD f 1e3 b 1700000000000 c 17179869184.25 d -> 3
    ZSCORE f b                 -> "1000"
    ZSCORE f c                 -> "1700000000000"
    ZSCORE f d                 -> "17179869184.25"
    SET s 1                    -> "OK"
    ZADD s 1 a                 -> WRONGTYPE Operation against a key holding the wrong kind of value
  `,
  "sorted set ranges": `
    ZADD z 1 a 2 b 2 ab 3 c 4 d -> 5
    ZRANGE z 0 -1              -> ["a","ab","b","c","d"]
    ZRANGE z 1 2               -> ["ab","b"]
    ZRANGE z -2 -1             -> ["c","d"]
    ZRANGE z 3 1               -> []
    ZRANGE z 0 0 WITHSCORES    -> ["a","1"]
    ZRANGE z 0 1 REV           -> ["d","c"]
    ZRANGE z 0 1 rev withscores -> ["d","4","c","3"]
    ZRANGE z 2 3 BYSCORE       -> ["ab","b","c"]
    ZRANGE z (2 3 BYSCORE      -> ["c"]
    ZRANGE z 2 (3 BYSCORE      -> ["ab","b"]
    ZRANGE z -inf +inf BYSCORE LIMIT 1 2 -> ["ab","b"]
    ZRANGE z -inf +inf BYSCORE LIMIT 3 -1 -> ["c","d"]
    ZRANGE z -inf +inf BYSCORE LIMIT -1 2 -> []
    ZRANGE z -inf +inf BYSCORE LIMIT 9 2 -> []
    ZRANGE z -inf +inf BYSCORE LIMIT 0 0 -> []
    ZRANGE z 3 2 BYSCORE REV   -> ["c","b","ab"]
    ZRANGE z +inf (2 BYSCORE REV LIMIT 1 1 -> ["c"]
    ZRANGE z 3 2 BYSCORE       -> []
    ZRANGE z 0 1 LIMIT 0 1     -> ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX
    ZRANGE z 0 1 BANANA        -> ERR syntax error
    ZRANGE z a 1               -> ERR value is not an integer or out of range
    ZRANGE z a 1 BYSCORE       -> ERR min or max is not a float
    ZRANGE z ((1 2 BYSCORE     -> ERR min or max is not a float
    ZRANGE nothing 0 -1        -> []
    ZRANGE nothing x 1 BYSCORE -> ERR min or max is not a float
    ZRANGEBYSCORE z 2 3        -> ["ab","b","c"]
    ZRANGEBYSCORE z (1 inf LIMIT 1 2 WITHSCORES -> ["b","2","c","3"]
    ZRANGEBYSCORE z 1 2 REV    -> ERR syntax error
    ZCOUNT z 2 3               -> 3
    ZCOUNT z (2 +inf           -> 2
    ZCOUNT z 5 1               -> 0
    ZCOUNT nothing 0 1         -> 0
    ZCOUNT z a b               -> ERR min or max is not a float
    ZCARD z                    -> 5
    ZCARD nothing              -> 0
    ZRANK z a                  -> 0
    ZRANK z d                  -> 4
    ZRANK z nothing            -> null
    ZRANK nothing a            -> null
    ZREM z a nothing           -> 1
    ZREMRANGEBYSCORE z 2 (3    -> 2
    ZRANGE z 0 -1              -> ["c","d"]
    ZREMRANGEBYSCORE z x 3     -> ERR min or max is not a float
    ZREMRANGEBYSCORE z -inf inf -> 2
    EXISTS z                   -> 0
    ZREMRANGEBYSCORE z 0 1     -> 0
    ZADD i inf a -inf b 0 c    -> 3
    ZRANGE i 0 -1 WITHSCORES   -> ["b","-inf","c","0","a","inf"]
    ZRANGEBYSCORE i (-inf (inf -> ["c"]
    SET s 1                    -> "OK"
    ZRANGE s 0 -1              -> WRONGTYPE Operation against a key holding the wrong kind of value
    ZSCORE s a                 -> WRONGTYPE Operation against a key holding the wrong kind of value
  `,
};
