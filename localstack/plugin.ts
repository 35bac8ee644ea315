/**
 * Serverless plugin: S3 and Redis are there before serverless-offline starts, and end with it.
 * It must stand before serverless-offline in `plugins`, whose own end leaves the process at once.
 */
import type { Stack } from "./embedded/stack.ts";
import { startLocal } from "./start.ts";

type Utilities = Readonly<{ log?: { notice: (line: string) => void } }>;

export default class LocalStackPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  readonly #log: (line: string) => void;
  #stack: Stack | undefined;

  constructor(_serverless: unknown, _options: unknown, utilities: Utilities = {}) {
    this.#log = (line) => (utilities.log ? utilities.log.notice(line) : console.log(line));
    const start = () => this.#start();
    const end = () => this.#end();
    this.hooks = {
      // `serverless offline start`, and `serverless offline`, which has no event for its end: there the lock goes
      // with the process.
      "before:offline:start:init": start,
      "before:offline:start": start,
      "before:offline:start:end": end,
    };
  }

  /** Functions run in this process, so its environment is theirs. */
  async #start(): Promise<void> {
    this.#stack ??= await startLocal(process.env, this.#log);
  }

  async #end(): Promise<void> {
    await this.#stack?.close();
    this.#stack = undefined;
  }
}
