/**
 * The service as `npm start` runs it, for measuring: serverless-offline in a process of its own, free loopback ports, the
 * simulated market in a temporary home that is removed afterwards. Settings of whoever measures do not reach it.
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePorts } from "./ports.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const STARTED_WITHIN_MS = 180_000;
const STOPPED_WITHIN_MS = 10_000;
const PORTS = ["PORT", "WS_PORT", "LAMBDA_PORT", "S3_PORT", "REDIS_PORT"];

export type Service = Readonly<{
  /** "http://127.0.0.1:41234" */
  url: string;
  /** Where its event log listens. */
  logUrl: string;
  /** Where its functions can be invoked by name. */
  lambdaUrl: string;
  /** Memory the process holds, MB. */
  rssMb: () => Promise<number>;
  stop: () => Promise<void>;
  /** Ends it at once, as a fault would. */
  kill: () => Promise<void>;
}>;

/** Free loopback ports for every part, by the settings that name them: for a service that is to come back where it was. */
export async function servicePorts(): Promise<Record<string, string>> {
  const ports = await freePorts(PORTS.length);
  return Object.fromEntries(PORTS.map((name, i) => [name, String(ports[i])]));
}

/** The arguments of Node in the script `start`, but for the user's own settings. */
function startArguments(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    scripts: { start: string };
  };
  const words = scripts.start.split(" ");
  return words
    .slice(words.indexOf("node") + 1)
    .filter((word) => !word.startsWith("--env-file-if-exists"));
}

type Start = Readonly<{
  cwd: string;
  args: readonly string[];
  path: string;
  home: string;
  /** Beside, or instead of, those that every run has: ports too. */
  settings?: Readonly<Record<string, string>> | undefined;
}>;

async function started({ cwd, args, path, home, settings = {} }: Start): Promise<Service> {
  const ports: Record<string, string> = { ...(await servicePorts()), ...settings };
  const { PATH = "", HOME = "" } = process.env;
  const usual = { EQUIPOISE_HOME: join(home, "data"), LOG_LEVEL: "silent", TZ: "UTC" };
  const env = { PATH, HOME, ...usual, ...ports };
  const child = spawn(process.execPath, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (bytes) => void printed.push(String(bytes)));
  const at = (name: string) => `http://127.0.0.1:${ports[name]}`;
  const urls = { url: at("PORT"), logUrl: at("S3_PORT"), lambdaUrl: at("LAMBDA_PORT") };
  const end = (how: (child: ChildProcess) => Promise<void>) => async () => {
    await how(child);
    rmSync(home, { recursive: true, force: true });
  };
  const stop = end(stopped);
  const gone = (what: string) => {
    const { exitCode, signalCode } = child;
    const said = printed.join("").slice(-10_000);
    return new Error(`the service ${what} (exit ${exitCode}, signal ${signalCode}):\n${said}`);
  };
  const rss = async () => {
    if (child.exitCode !== null || child.signalCode !== null) throw gone("has ended");
    return rssMb(child.pid!);
  };
  if (await answers(child, urls.url + path))
    return { ...urls, stop, kill: end(killed), rssMb: rss };
  await stop();
  throw gone("did not come up");
}

async function answers(child: ChildProcess, address: string): Promise<boolean> {
  const deadlineMs = performance.now() + STARTED_WITHIN_MS;
  while (performance.now() < deadlineMs && child.exitCode === null) {
    const answer = await fetch(address).catch(() => undefined);
    await answer?.arrayBuffer();
    if (answer?.ok) return true;
    await sleep(200);
  }
  return false;
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGINT");
  const isGone = await Promise.race([gone, sleep(STOPPED_WITHIN_MS, undefined, { ref: false })]);
  if (isGone === undefined) child.kill("SIGKILL");
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

async function rssMb(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout) / 1024;
}

/** The product, with settings of its own where whoever starts it wants some. */
export const startService = (settings?: Readonly<Record<string, string>>): Promise<Service> =>
  started({
    cwd: ROOT,
    args: startArguments(),
    path: "/api/v1/health",
    home: mkdtempSync(join(tmpdir(), "equipoise-load-")),
    settings,
  });

/**
 * What is left of a request without the product: the same runner with a function that answers nothing. It lies as deep and
 * is TypeScript like ours, and has our package.json: at every call the runner looks for the function's file, trying one
 * extension after another, and reads and parses the nearest package.json.
 */
export function startEmpty(): Promise<Service> {
  const home = mkdtempSync(join(tmpdir(), "equipoise-empty-"));
  symlinkSync(join(ROOT, "node_modules"), join(home, "node_modules"));
  copyFileSync(join(ROOT, "package.json"), join(home, "package.json"));
  mkdirSync(join(home, "functions", "system"), { recursive: true });
  writeFileSync(
    join(home, "functions", "system", "empty.ts"),
    'export const handler = async () => ({ statusCode: 200, headers: {}, body: "" });\n',
  );
  // Every setting of the runner that serverless.yml of the product has.
  const [, runner = ""] = /^( {2}serverless-offline:\n(?: {4}.*\n)+)/m.exec(wiring()) ?? [];
  writeFileSync(join(home, "serverless.yml"), EMPTY_WIRING.replace("RUNNER", runner));
  return started({
    cwd: home,
    args: startArguments().map((word) => (word.startsWith("./") ? join(ROOT, word) : word)),
    path: "/empty",
    home,
  });
}

const wiring = () => readFileSync(join(ROOT, "serverless.yml"), "utf8");

const EMPTY_WIRING = `service: empty
frameworkVersion: "4"
provider:
  name: aws
  runtime: nodejs24.x
  stage: local
  httpApi:
    payload: "2.0"
plugins:
  - serverless-offline
custom:
RUNNER
functions:
  empty:
    handler: functions/system/empty.handler
    events:
      - httpApi: GET /empty
`;
