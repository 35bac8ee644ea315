/** GET / : one page with the level of the default index and every address of the service. */
import { http, reply } from "../../lib/edge/http.ts";
import { ROUTES } from "../../lib/schemas/routes.ts";
import page from "../../web/index.html";

const rows = ROUTES.map(({ route, does, example }) => {
  const shown =
    example && route.startsWith("GET ") ? `GET <a href="${example}">${example}</a>` : route;
  return `<tr><td>${shown}</td><td>${does}</td></tr>`;
});
const body = page.replace("<!--routes-->", rows.join(""));

export const handler = http().handler(() =>
  reply(200, body, { "content-type": "text/html; charset=utf-8", "cache-control": "no-cache" }),
);
