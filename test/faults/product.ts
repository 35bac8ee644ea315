/** What of the product a simulated process is made of. Loaded once for each build of it: see builds.ts. */

export { memoryCounters, redisCounters } from "../../lib/edge/access/counters.ts";
export { keyReader } from "../../lib/edge/access/key-reader.ts";
export { limiter } from "../../lib/edge/access/limiter.ts";
export { cached, http, input } from "../../lib/edge/http.ts";
export { unpack } from "../../lib/edge/images/parts.ts";
export { imageStore } from "../../lib/edge/images.ts";
export { lru } from "../../lib/edge/memory.ts";
export { instruments } from "../../lib/edge/metrics/meter.ts";
export { cacheOver, redisCache } from "../../lib/edge/redis.ts";
export { redisConnection } from "../../lib/edge/redis-connection.ts";
export { s3Objects } from "../../lib/edge/s3.ts";
export { loadSqlite } from "../../lib/edge/sqljs.ts";
export { Ranking } from "../../lib/index/ranking.ts";
export { modules } from "./service/modules.ts";
