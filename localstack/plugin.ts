/**
 * Serverless plugin: S3 and Redis are there before serverless-offline starts, and end with it.
 * It must stand before serverless-offline in `plugins`, whose own end leaves the process at once.
 */
import { buildId } from "../bundle.js";
import { AppError } from "../lib/errors.ts";
import type { Stack } from "./embedded/stack.ts";
import { startLocal } from "./start.ts";

type Serverless = Readonly<{
  /** The error that the command line prints without a stack. */
  classes?: { Error: new (message: string, code: string) => Error };
}>;
type Utilities = Readonly<{ log?: { notice: (line: string) => void } }>;

export default class LocalStackPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  readonly #log: (line: string) => void;
  readonly #serverless: Serverless;
  #stack: Stack | undefined;

  constructor(serverless: Serverless, _options: unknown, utilities: Utilities = {}) {
    this.#serverless = serverless;
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
    try {
      if (this.#stack) return;
      // Before the settings are read: it parts the cached answers of one state of the code from the next.
      process.env.BUILD_ID ??= buildId();
      this.#stack = await startLocal(process.env, this.#log);
      if (!this.#stack) return;
      // Loaded only now: its settings come from the environment that the line above completed.
      const { firstMarket } = await import("./first-market.ts");
      await firstMarket(this.#log);
    } catch (error) {
      const { Error: Plain } = this.#serverless.classes ?? {};
      throw Plain && error instanceof AppError ? new Plain(error.message, error.code) : error;
    }
  }

  async #end(): Promise<void> {
    await this.#stack?.close();
    this.#stack = undefined;
  }
}
