/** What Redis answers to commands on collections; the form is that of redis-table.ts. */
export const COLLECTION_GROUPS: Readonly<Record<string, string>> = {
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
