/** $default : whatever no other function answers: 404 with the routes there are, 405 with the methods, preflights. */
import { http } from "../../lib/edge/http.ts";
import { unrouted } from "../../lib/edge/routes.ts";
import { ROUTES } from "../../lib/routes.ts";

export const handler = http().handler(unrouted(ROUTES));
