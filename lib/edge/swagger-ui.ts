/** What the page at /docs is made of: Swagger UI as its package has it, and the line that opens our document in it. */

import style from "swagger-ui-dist/swagger-ui.css" with { type: "text" };
import script from "swagger-ui-dist/swagger-ui-bundle.js" with { type: "text" };
import { AppError } from "../errors.ts";
import type { HttpEvent } from "./http.ts";
import type { Reply } from "./reply.ts";
import { staticFile } from "./static-file.ts";

/** Nothing is asked of another host: no validator, no badge, no key kept in the browser. */
const START = `window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

const JAVASCRIPT = "text/javascript; charset=utf-8";

const FILES: Readonly<Record<string, (event: HttpEvent) => Reply>> = {
  "swagger-ui.css": staticFile(style, "text/css; charset=utf-8"),
  "swagger-ui-bundle.js": staticFile(script, JAVASCRIPT),
  "start.js": staticFile(START, JAVASCRIPT),
};

/** @throws AppError UNKNOWN_ROUTE for any other file */
export function docsFile(event: HttpEvent): Reply {
  const file = event.pathParameters?.file ?? "";
  const answer = Object.hasOwn(FILES, file) ? FILES[file] : undefined;
  if (answer) return answer(event);
  throw new AppError("UNKNOWN_ROUTE", `there is no file "${file.slice(0, 80)}"`, {
    routes: Object.keys(FILES).map((name) => `GET /docs/${name}`),
  });
}

/** The page runs the scripts of this service and nothing that stands in it. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

export const docsPage = (html: string) =>
  staticFile(html, "text/html; charset=utf-8", { "content-security-policy": POLICY });
