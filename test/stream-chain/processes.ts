/** Processes of the function stream/tick: one that works, one that waits to stand in for it, and those that were killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type LambdaPort, lambdaPort } from "../../localstack/event-sources/invocation.ts";
import { type Invoke, NotInvoked } from "../../localstack/event-sources/verdict.ts";
import { NODE_OPTIONS } from "../faults/command.ts";

type Process = Readonly<{ child: ChildProcess; lambda: LambdaPort }>;

async function started(settings: Readonly<Record<string, string>>): Promise<Process> {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, [...NODE_OPTIONS, "test/stream-chain/tick-process.ts"], {
    env: { PATH, TZ: "UTC", LOG_LEVEL: "silent", ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [port] = (await once(child.stdout!, "data")) as [Buffer];
  return { child, lambda: lambdaPort({ host: "127.0.0.1", port: Number(port) }) };
}

/**
 * When to kill who works: after so many invocations from the kill before, in the last of them, `moment` times as long from
 * its beginning as the one before took; when it has answered by then, its answer is lost with it.
 */
export type Deaths = Readonly<{ invocations: () => number; moment: () => number; most: number }>;

export class TickProcesses {
  readonly #settings: Readonly<Record<string, string>>;
  readonly #deaths: Deaths | undefined;
  #working: Promise<Process>;
  #waiting: Promise<Process> | undefined;
  #dying: NodeJS.Timeout | undefined;
  #left: number;
  #lastMs = 0;
  invocations = 0;
  /** Each in the midst of an invocation, or before its answer was heard. */
  kills = 0;

  /** @param deaths nobody is killed without it */
  constructor(settings: Readonly<Record<string, string>>, deaths?: Deaths) {
    this.#settings = settings;
    this.#deaths = deaths;
    this.#left = deaths?.invocations() ?? 0;
    this.#working = started(settings);
    this.#waiting = deaths && started(settings);
  }

  /** Until the first can be invoked. */
  async ready(): Promise<void> {
    await Promise.all([this.#working, this.#waiting]);
  }

  readonly invoke: Invoke = async (name, event, signal) => {
    const { child, lambda } = await this.#working;
    this.invocations++;
    this.#left--;
    const deaths = this.#deaths;
    if (deaths && this.kills < deaths.most && this.#left <= 0 && this.#dying === undefined)
      this.#dying = setTimeout(() => this.#kill(child), deaths.moment() * this.#lastMs);
    const beganMs = performance.now();
    const answer = await lambda.invoke(name, event, signal);
    if (this.#dying) this.#kill(child);
    if (child.killed) throw new NotInvoked("its process was killed");
    this.#lastMs = performance.now() - beganMs;
    return answer;
  };

  #kill(child: ChildProcess): void {
    clearTimeout(this.#dying);
    this.kills++;
    child.kill("SIGKILL");
    this.#working = this.#waiting!;
    this.#waiting = this.kills < this.#deaths!.most ? started(this.#settings) : undefined;
    this.#left = this.#deaths!.invocations();
    this.#dying = undefined;
  }

  async close(): Promise<void> {
    clearTimeout(this.#dying);
    const all = await Promise.all([this.#working, this.#waiting]);
    for (const one of all) {
      one?.lambda.close();
      one?.child.kill("SIGKILL");
    }
  }
}
