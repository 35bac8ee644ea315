#!/usr/bin/env node
/** `npx equipoise`: runs the command line on the Node that the lock file names, also where npm's own is older. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const OLDEST = 24;

async function main() {
  if (Number(process.versions.node.split(".")[0]) >= OLDEST) {
    await import("../localstack/assets.mjs");
    await import("./equipoise.ts");
    return;
  }
  const name = process.platform === "win32" ? "node.exe" : "node";
  const node = fileURLToPath(new URL(`../node_modules/node/bin/${name}`, import.meta.url));
  if (!existsSync(node)) {
    process.stderr.write(
      `equipoise needs Node ${OLDEST} or newer, this is ${process.versions.node}; npm ci brings it along\n`,
    );
    process.exitCode = 5;
    return;
  }
  const self = fileURLToPath(import.meta.url);
  const child = spawn(node, [self, ...process.argv.slice(2)], { stdio: "inherit" });
  // A terminal signals both processes; only the child decides when to end.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => child.kill(signal));
  child.on("exit", (code, signal) => {
    process.exitCode = code ?? (signal === "SIGINT" ? 130 : 143);
  });
}

await main();
