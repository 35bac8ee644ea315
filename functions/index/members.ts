/** GET /indices/{id}/members/{ticker} : when a security was a member, over renames. */
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { members } from "../../lib/jobs/members.ts";
import { memberRequest } from "../../lib/schemas/index.ts";
import { world } from "../../lib/world.ts";

export const handler = http()
  .use(access(world, "read"))
  .use(input(memberRequest))
  .use(cached(world))
  .handler(({ input, freshness }) => members(world.images, input, freshness));
