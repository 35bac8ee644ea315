/** $default : unknown paths, known paths with another method, and browsers' preflights. */
import { http } from "../../lib/edge/http.ts";
import { unrouted } from "../../lib/edge/routes.ts";
import { ROUTES } from "../../lib/schemas/routes.ts";

export const handler = http().handler(unrouted(ROUTES.map(({ route }) => route)));
