/** The days on which an index changed its members. */
import { changesBody } from "../index/body.ts";
import type { CachedAnswer, Freshness, Images } from "../ports.ts";
import { type IndexRequest, indexView } from "./index-view.ts";

export async function changes(
  images: Images,
  request: IndexRequest,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  const view = await indexView(images, request, freshness);
  return {
    version: view.version,
    list: "changes",
    compute: async () => changesBody(await view.open(), view.version),
    release: view.release,
  };
}
