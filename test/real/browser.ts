/** A Chromium without a window, spoken to by its debugging protocol; `undefined` where none is installed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];

export const browserProgram = (): string | undefined =>
  NAMES.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);

export type Page = Readonly<{
  open: (url: string) => Promise<void>;
  /** The value of an expression in the page. */
  value: <T>(expression: string) => Promise<T>;
  /** Waits until an expression is true. */
  until: (expression: string) => Promise<void>;
  /** Addresses the page has asked for. */
  asked: readonly string[];
  /** What it complained of: errors, and what its policy forbade. */
  complaints: readonly string[];
  close: () => Promise<void>;
}>;

type Message = Readonly<{
  id?: number;
  method?: string;
  params?: { request?: { url: string }; entry?: { level: string; text: string } };
  result?: { result?: { value?: unknown } };
}>;

const PATIENCE_MS = 60_000;

export async function openPage(program: string): Promise<Page> {
  const folder = await mkdtemp(join(tmpdir(), "equipoise-browser-"));
  const child = spawn(
    program,
    ["--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0"].concat(
      `--user-data-dir=${folder}`,
      "about:blank",
    ),
    { stdio: "ignore" },
  );
  const socket = new WebSocket(await pageAddress(join(folder, "DevToolsActivePort"), child));
  await new Promise((resolve, reject) => {
    socket.onopen = resolve;
    socket.onerror = reject;
  });
  const waiting = new Map<number, (message: Message) => void>();
  const asked: string[] = [];
  const complaints: string[] = [];
  let last = 0;
  socket.onmessage = ({ data }) => {
    const message: Message = JSON.parse(String(data));
    const { id, method, params } = message;
    if (id !== undefined) waiting.get(id)?.(message);
    else if (method === "Network.requestWillBeSent") asked.push(params?.request?.url ?? "");
    else if (method === "Runtime.exceptionThrown") complaints.push(JSON.stringify(params));
    else if (method === "Log.entryAdded" && params?.entry?.level === "error")
      complaints.push(params.entry.text);
  };
  const send = (method: string, params: object = {}) =>
    new Promise<Message>((resolve) => {
      waiting.set(++last, resolve);
      socket.send(JSON.stringify({ id: last, method, params }));
    });
  for (const domain of ["Log", "Runtime", "Page", "Network"]) await send(`${domain}.enable`);
  const value = async <T>(expression: string) =>
    (await send("Runtime.evaluate", { expression, returnByValue: true })).result?.result
      ?.value as T;
  return {
    open: async (url) => void (await send("Page.navigate", { url })),
    value,
    until: async (expression) => {
      const endMs = performance.now() + PATIENCE_MS;
      while (!(await value<boolean>(expression))) {
        if (performance.now() > endMs) throw new Error(`never true in the page: ${expression}`);
        await sleep(100);
      }
    },
    asked,
    complaints,
    close: async () => {
      socket.close();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The address of the one page, once the browser has written its port down. */
async function pageAddress(portFile: string, child: ChildProcess): Promise<string> {
  const endMs = performance.now() + PATIENCE_MS;
  while (performance.now() < endMs && child.exitCode === null) {
    await sleep(100);
    if (!existsSync(portFile)) continue;
    const [port = ""] = (await readFile(portFile, "utf8")).split("\n");
    if (port === "") continue;
    const pages = (await (await fetch(`http://127.0.0.1:${port}/json`)).json()) as {
      type: string;
      webSocketDebuggerUrl: string;
    }[];
    const page = pages.find(({ type }) => type === "page");
    if (page) return page.webSocketDebuggerUrl;
  }
  throw new Error("the browser opened no page");
}
