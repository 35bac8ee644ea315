import { chromium } from "playwright-core";
const base = process.argv[2] ?? "http://127.0.0.1:3200/app/";
const only = process.argv[3];
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-background-networking"] });
const views = { build: "#/build", operations: "#/operations", overview: "#/overview" };
for (const [w, h] of [[1280, 900], [390, 844], [2560, 1300]]) for (const scheme of ["dark", "light"]) {
  const page = await browser.newPage({ viewport: { width: w, height: h }, colorScheme: scheme });
  page.on("console", (m) => ["warning", "error"].includes(m.type()) && console.log(w, scheme, m.type(), m.text().slice(0, 300)));
  page.on("pageerror", (e) => console.log("PAGEERROR", e.message));
  for (const [name, hash] of Object.entries(views)) {
    if (only && name !== only) continue;
    await page.goto(base + hash); await page.waitForFunction(() => document.querySelector("main .answer") && !document.querySelector(".waiting") && !document.querySelector(".is-old"), undefined, { timeout: 30000 }).catch(() => console.log("TIMEOUT", name, w)); await page.waitForTimeout(600);
    await page.screenshot({ path: `/tmp/w/shots/${name}-${w}-${scheme}.png` });
  }
  await page.close();
}
await browser.close();
