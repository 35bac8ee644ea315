/** POST /export-data : writes the workbook of an index to the store and answers a link that expires. */
import { config } from "../../lib/config.ts";
import { workbook } from "../../lib/edge/excel.ts";
import { access, http, input, reply } from "../../lib/edge/http.ts";
import { exportWorkbook } from "../../lib/jobs/export.ts";
import { exportRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  // It reads, and costs as much as many reads.
  .use(access(world, "read", 10))
  .use(input(exportRequest))
  .handler(async ({ input, freshness }) => {
    const { images, objects, nowMs } = world;
    const linkSeconds = config().EXPORT_LINK_SECONDS;
    const tools = { images, objects, workbook, nowMs, linkSeconds };
    return reply(201, await exportWorkbook(tools, input, freshness));
  });
