/** GET /, GET /app/{file} : the web app, with nothing from elsewhere. */
import { config } from "../../lib/config.ts";
import { http, routed } from "../../lib/edge/http.ts";
import { appFile, appPage } from "../../lib/edge/web-app.ts";
import app from "../../web/dist/app.json" with { type: "json" };

export const handler = routed({
  "GET /": http().handler(appPage(app.files, config().WEBSOCKET_ENDPOINT)),
  "GET /app/{file}": http().handler(appFile(app.files)),
});
