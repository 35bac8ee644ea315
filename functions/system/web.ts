/** GET / : one page with the level of the default index and every address of the service. */
import { http } from "../../lib/edge/http.ts";
import { page } from "../../lib/edge/page.ts";
import { ROUTES } from "../../lib/schemas/routes.ts";
import html from "../../web/index.html";

const rows = ROUTES.map(({ route, does, example }) => {
  const shown =
    example && route.startsWith("GET ") ? `GET <a href="${example}">${example}</a>` : route;
  return `<tr><td>${shown}</td><td>${does}</td></tr>`;
});
const answer = page(html.replace("<!--routes-->", rows.join("")));

export const handler = http().handler(() => answer);
