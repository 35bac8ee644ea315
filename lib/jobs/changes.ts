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
    flatten: byName,
    isQuick: view.isQuick,
    compute: async () => changesBody(await view.open(), view.version),
    release: view.release,
  };
}

type ChangeDay = Readonly<Record<string, unknown>>;
type Named = Readonly<Record<string, unknown>>;

/** One row for each name that moved, instead of one for each day. */
const byName = ({ date, effective_date, entered, exited }: ChangeDay) => [
  ...(entered as Named[]).map((name) => ({ date, effective_date, event: "entered", ...name })),
  ...(exited as Named[]).map((name) => ({ date, effective_date, event: "exited", ...name })),
];
