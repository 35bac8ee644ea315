/** GET /docs, GET /docs/{file} : the API document to read and to try, with nothing from elsewhere. */
import { http, routed } from "../../lib/edge/http.ts";
import { docsFile, docsPage } from "../../lib/edge/swagger-ui.ts";
import page from "../../web/docs.html";

export const handler = routed({
  "GET /docs": http().handler(docsPage(page)),
  "GET /docs/{file}": http().handler(docsFile),
});
