/** What the functions of a simulated process import, of one build of the product: see builds.ts. */
import * as config from "../../../lib/config.ts";
import * as cached from "../../../lib/edge/cached.ts";
import * as http from "../../../lib/edge/http.ts";
import * as log from "../../../lib/edge/log.ts";
import * as scheduled from "../../../lib/edge/scheduled.ts";
import * as buildIndex from "../../../lib/jobs/build-index.ts";
import * as changes from "../../../lib/jobs/changes.ts";
import * as composition from "../../../lib/jobs/composition.ts";
import * as daily from "../../../lib/jobs/daily.ts";
import * as marketStatus from "../../../lib/jobs/market-status.ts";
import * as migrate from "../../../lib/jobs/migrate.ts";
import * as performance from "../../../lib/jobs/performance.ts";
import * as warm from "../../../lib/jobs/warm.ts";
import * as indexSchemas from "../../../lib/schemas/index.ts";
import * as systemSchemas from "../../../lib/schemas/system.ts";

/** By the path within the project. */
export const modules: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "lib/config.ts": config,
  "lib/edge/cached.ts": cached,
  "lib/edge/http.ts": http,
  "lib/edge/log.ts": log,
  "lib/edge/scheduled.ts": scheduled,
  "lib/jobs/build-index.ts": buildIndex,
  "lib/jobs/changes.ts": changes,
  "lib/jobs/composition.ts": composition,
  "lib/jobs/daily.ts": daily,
  "lib/jobs/market-status.ts": marketStatus,
  "lib/jobs/migrate.ts": migrate,
  "lib/jobs/performance.ts": performance,
  "lib/jobs/warm.ts": warm,
  "lib/schemas/index.ts": indexSchemas,
  "lib/schemas/system.ts": systemSchemas,
};
