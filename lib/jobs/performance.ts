/** Level, returns and statistics of an index over a range of sessions. */
import { type PerformanceOptions, performanceBody } from "../index/body.ts";
import type { CachedAnswer, Freshness, Images } from "../ports.ts";
import { type IndexRequest, indexView } from "./index-view.ts";

export async function performance(
  images: Images,
  request: IndexRequest & PerformanceOptions,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  const view = await indexView(images, request, freshness);
  return {
    version: view.version,
    list: "days",
    isQuick: view.isQuick,
    compute: async () => performanceBody(await view.open(), view.version, request),
    release: view.release,
  };
}
