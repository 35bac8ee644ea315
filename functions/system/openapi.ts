/** GET /openapi.json : every call, what it takes and what it answers, as an OpenAPI 3.1 document. */
import { http } from "../../lib/edge/http.ts";
import { READING } from "../../lib/edge/input.ts";
import { STATUS } from "../../lib/edge/problem.ts";
import { staticFile } from "../../lib/edge/static-file.ts";
import { openApiDocument } from "../../lib/schemas/openapi/document.ts";

const document = openApiDocument({ status: STATUS, reading: READING });
const file = staticFile(JSON.stringify(document), "application/json");

export const handler = http().handler(file);
