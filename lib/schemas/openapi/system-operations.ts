/** The system routes in the API document. */
import type { ProblemCode } from "../answers/problem.ts";
import {
  datasetsAnswer,
  documentAnswer,
  healthAnswer,
  rollbackAnswer,
  versionsAnswer,
} from "../answers/system.ts";
import { emptyRequest } from "../index.ts";
import { datasetRequest, rollbackRequest } from "../system.ts";
import type { Operation } from "./operation.ts";

const STORE: readonly ProblemCode[] = ["IMAGE_REFUSED", "DEPENDENCY_DOWN"];
const NAME = { name: "`market` or `index`." };

export const SYSTEM_OPERATIONS = {
  "GET /api/v1/datasets": {
    id: "datasets",
    tag: "System",
    about: "The datasets and the version each is at.",
    request: emptyRequest,
    answer: { status: 200, says: "Both datasets.", schema: datasetsAnswer },
    isCached: true,
    hasTable: true,
    refusals: ["UNKNOWN_VERSION", ...STORE],
    examples: [{ says: "both" }],
  },
  "GET /api/v1/datasets/{name}/versions": {
    id: "datasetVersions",
    tag: "System",
    about:
      "The current version and those before it whose parts are all still there, newest first, at most 200.",
    request: datasetRequest,
    parameters: NAME,
    answer: { status: 200, says: "What can be gone back to.", schema: versionsAnswer },
    refusals: ["UNKNOWN_DATASET", ...STORE],
    examples: [
      { says: "of the market", path: { name: "market" } },
      {
        says: "a dataset that does not exist",
        path: { name: "nothing" },
        status: 404,
        code: "UNKNOWN_DATASET",
      },
    ],
  },
  "POST /api/v1/datasets/{name}/rollback": {
    id: "rollback",
    tag: "System",
    about:
      "Goes back: a new version whose parts are those of an older one. Each part is checked before it is named again.",
    request: rollbackRequest,
    parameters: { ...NAME, seq: "Sequence number of the version to go back to." },
    answer: { status: 200, says: "What stands now.", schema: rollbackAnswer },
    refusals: [
      "UNKNOWN_DATASET",
      "UNKNOWN_VERSION",
      "WRITE_CONFLICT",
      "PAYLOAD_TOO_LARGE",
      ...STORE,
    ],
    examples: [
      { says: "to the first version of the market", path: { name: "market" }, body: { seq: 1 } },
      {
        says: "to a version that never was",
        path: { name: "index" },
        body: { seq: 999_999 },
        status: 404,
        code: "UNKNOWN_VERSION",
      },
    ],
  },
  "GET /api/v1/health": {
    id: "health",
    tag: "System",
    about: "Whether each part answers, and how fast.",
    request: emptyRequest,
    answer: {
      status: 200,
      says: "The service answers; `degraded` when only its cache is down.",
      schema: healthAnswer,
    },
    also: [{ status: 503, says: "The service cannot answer.", schema: healthAnswer }],
    refusals: [],
    examples: [{ says: "now" }],
  },
  "GET /metrics": {
    id: "metrics",
    tag: "System",
    about:
      "Counts of all processes since the counters were made, in Prometheus's text format 0.0.4. Without Redis they are those of the process that answers, and `qf_metrics_shared` is 0. Always text: `format` and `min_version` change nothing.",
    request: emptyRequest,
    answer: { status: 200, says: "The figures.", media: ["text/plain"] },
    refusals: STORE,
    examples: [{ says: "now" }],
  },
  "GET /": {
    id: "webApp",
    tag: "System",
    about:
      "The web app: level, members, changes and what they rest on, with nothing from elsewhere.",
    answer: { status: 200, says: "The page.", media: ["text/html"] },
    isFile: true,
    refusals: [],
    examples: [{ says: "the page" }],
  },
  "GET /app/{file}": {
    id: "webAppFile",
    tag: "System",
    about:
      "What the web app is made of. A name with a hash in it stands for one text for ever; after the next build it may be gone. `licenses.md` has the terms of the packages in it.",
    parameters: { file: "One that the page names." },
    answer: { status: 200, says: "The file.", media: ["text/*", "image/svg+xml"] },
    isFile: true,
    refusals: ["UNKNOWN_ROUTE"],
    examples: [
      { says: "the terms of its packages", path: { file: "licenses.md" } },
      {
        says: "a file of another build",
        path: { file: "index-00000000.js" },
        status: 404,
        code: "UNKNOWN_ROUTE",
      },
    ],
  },
  "GET /openapi.json": {
    id: "apiDocument",
    tag: "System",
    about: "This document.",
    answer: { status: 200, says: "OpenAPI 3.1.", schema: documentAnswer },
    isFile: true,
    refusals: [],
    examples: [{ says: "the document" }],
  },
  "GET /docs": {
    id: "docs",
    tag: "System",
    about: "This document to read and to try, with nothing from elsewhere.",
    answer: { status: 200, says: "The page.", media: ["text/html"] },
    isFile: true,
    refusals: [],
    examples: [{ says: "the page" }],
  },
  "GET /docs/{file}": {
    id: "docsFile",
    tag: "System",
    about:
      "What the page at `/docs` is made of: `swagger-ui.css`, `swagger-ui-bundle.js`, `start.js`.",
    parameters: { file: "One of the three." },
    answer: { status: 200, says: "The file.", media: ["text/*"] },
    isFile: true,
    refusals: ["UNKNOWN_ROUTE"],
    examples: [
      { says: "the script that opens the document", path: { file: "start.js" } },
      { says: "no such file", path: { file: "other.js" }, status: 404, code: "UNKNOWN_ROUTE" },
    ],
  },
} as const satisfies Readonly<Record<string, Operation>>;
