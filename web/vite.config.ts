/** How the web app becomes the few files that `functions/system/web.ts` serves at `/` and `/app/`. */
import { defineConfig } from "vite";

/** Where `npm start` answers, for `npm run web`: the page is then built anew at every change. */
const SERVICE = process.env.EQUIPOISE_URL ?? "http://127.0.0.1:3000";

export default defineConfig({
  root: new URL("app", import.meta.url).pathname,
  base: "/app/",
  publicDir: false,
  build: {
    assetsDir: "",
    target: "es2022",
    modulePreload: { polyfill: false },
    // Nothing is inlined: the page allows no data: and no inline script or style.
    assetsInlineLimit: 0,
    // Of the packages that the browser gets, as their terms ask.
    license: { fileName: "licenses.md" },
  },
  // The page itself is at /app/ then; every other path is the service's.
  server: { proxy: { "^/(?!app/)": { target: SERVICE } } },
});
