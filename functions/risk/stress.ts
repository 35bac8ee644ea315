/** POST /api/v1/risk/stress/{portfolio_id} : what large moves would do to a portfolio. */
import { access, http, input } from "../../lib/edge/http.ts";
import { stress } from "../../lib/jobs/risk/stress.ts";
import { stressRequest } from "../../lib/schemas/risk.ts";
import { world } from "../../lib/world.ts";

/** A calculation that no cache answers counts as so many requests. */
const COST = 5;

export const handler = http()
  .use(access(world, "read", COST))
  .use(input(stressRequest))
  .handler((event) => stress(world, event.input, event));
