/** GET /api/v1/datasets, GET /api/v1/datasets/{name}/versions, POST /api/v1/datasets/{name}/rollback */
import { access, cached, http, input, routed } from "../../lib/edge/http.ts";
import { datasetsAnswer, datasetVersions, rollback } from "../../lib/jobs/market-status.ts";
import { emptyRequest } from "../../lib/schemas/index.ts";
import { datasetRequest, rollbackRequest } from "../../lib/schemas/system.ts";
import { world } from "../../lib/world.ts";

export const handler = routed({
  "GET /api/v1/datasets": http()
    .use(access(world, "read"))
    .use(input(emptyRequest))
    .use(cached(world))
    .handler(({ freshness }) => datasetsAnswer(world.images, freshness)),
  "GET /api/v1/datasets/{name}/versions": http()
    .use(access(world, "read"))
    .use(input(datasetRequest))
    .handler(({ input: { name } }) => datasetVersions(world.images, name)),
  "POST /api/v1/datasets/{name}/rollback": http()
    .use(access(world, "admin"))
    .use(input(rollbackRequest))
    .handler(({ input: { name, seq }, requestId }) => rollback(world.images, name, seq, requestId)),
});
