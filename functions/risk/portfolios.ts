/** POST /api/v1/risk/portfolios, GET /api/v1/risk/portfolios, GET /api/v1/risk/portfolios/{id}, PUT /api/v1/risk/portfolios/{id}, DELETE /api/v1/risk/portfolios/{id} : what somebody holds. */
import { access, cached, http, input, reply, routed } from "../../lib/edge/http.ts";
import * as jobs from "../../lib/jobs/risk/portfolios.ts";
import * as requests from "../../lib/schemas/risk.ts";
import { world } from "../../lib/world.ts";

const reads = () => http().use(access(world, "read"));
const writes = () => http().use(access(world, "trade"));
const written = ({ outcome, etag, body }: jobs.Written) =>
  reply(outcome === "created" ? 201 : 200, body, { etag });

export const handler = routed({
  "POST /api/v1/risk/portfolios": writes()
    .use(input(requests.newPortfolioRequest))
    .handler(async (event) => written(await jobs.addPortfolio(world, event.input, event))),
  "GET /api/v1/risk/portfolios": reads()
    .use(input(requests.portfoliosRequest))
    .use(cached(world))
    .handler((event) => jobs.listPortfolios(world.images, event.input, event)),
  "GET /api/v1/risk/portfolios/{id}": reads()
    .use(input(requests.portfolioRequest))
    .use(cached(world))
    .handler((event) => jobs.onePortfolio(world.images, event.input, event)),
  "PUT /api/v1/risk/portfolios/{id}": writes()
    .use(input(requests.changedPortfolioRequest))
    .handler(async (event) => written(await jobs.replacePortfolio(world, event.input, event))),
  "DELETE /api/v1/risk/portfolios/{id}": writes()
    .use(input(requests.portfolioRequest))
    .handler((event) => jobs.removePortfolio(world, event.input, event)),
});
