/** What of the product a simulated process is made of. Loaded once for each build of it: see builds.ts. */
export { cached, http, input } from "../../lib/edge/http.ts";
export { unpack } from "../../lib/edge/images/parts.ts";
export { imageStore } from "../../lib/edge/images.ts";
export { lru } from "../../lib/edge/memory.ts";
export { redisCache } from "../../lib/edge/redis.ts";
export { s3Objects } from "../../lib/edge/s3.ts";
export { loadSqlite } from "../../lib/edge/sqljs.ts";
export { Ranking } from "../../lib/index/ranking.ts";
