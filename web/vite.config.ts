/** How the web app becomes a few static files, which `functions/system/web.ts` serves at `/` and `/app/`. */
import { defineConfig } from "vite";

/** Where `npm start` answers, for `npm run web`: the page is then built anew at every change. */
const SERVICE = process.env.EQUIPOISE_URL ?? "http://127.0.0.1:3000";
const SERVED = /^\/(?!app\/|@|src\/|node_modules\/|$|\?)/;

export default defineConfig({
  root: new URL("app", import.meta.url).pathname,
  base: "/app/",
  publicDir: false,
  build: {
    outDir: new URL("dist", import.meta.url).pathname,
    emptyOutDir: true,
    assetsDir: "",
    target: "es2022",
    modulePreload: { polyfill: false },
    // Nothing is inlined: the page allows no data: and no inline script or style.
    assetsInlineLimit: 0,
  },
  server: { proxy: { [SERVED.source]: { target: SERVICE } } },
});
