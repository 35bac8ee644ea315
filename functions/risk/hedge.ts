/** POST /api/v1/risk/hedge/{portfolio_id} : trades that take risk away, and what they leave. */
import { access, http, input } from "../../lib/edge/http.ts";
import { hedge } from "../../lib/jobs/risk/hedge.ts";
import { hedgeRequest } from "../../lib/schemas/risk.ts";
import { world } from "../../lib/world.ts";

/** A calculation that no cache answers counts as so many requests. */
const COST = 5;

export const handler = http()
  .use(access(world, "read", COST))
  .use(input(hedgeRequest))
  .handler((event) => hedge(world, event.input, event));
