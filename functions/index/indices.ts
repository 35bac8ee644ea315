/** GET /indices, GET /indices/{id}, DELETE /indices/{id} : the index definitions that exist. */
import { access, cached, http, input, routed } from "../../lib/edge/http.ts";
import { indicesAnswer, oneIndex, removeIndex } from "../../lib/jobs/indices.ts";
import { emptyRequest, indexRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = routed({
  "GET /indices": http()
    .use(access(world, "read"))
    .use(input(emptyRequest))
    .use(cached(world))
    .handler(({ freshness }) => indicesAnswer(world.images, freshness)),
  "GET /indices/{id}": http()
    .use(access(world, "read"))
    .use(input(indexRequest))
    .handler(({ input: { id }, freshness }) => oneIndex(world.images, id, freshness)),
  "DELETE /indices/{id}": http()
    .use(access(world, "admin"))
    .use(input(indexRequest))
    .handler(({ input: { id }, requestId }) => removeIndex(world.images, id, requestId)),
});
