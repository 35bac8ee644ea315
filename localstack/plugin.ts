/**
 * Serverless plugin: S3 and Redis are there before serverless-offline starts, and end with it; what the logs hold is
 * brought to the functions that read them, as event-source mappings do on AWS.
 * It must stand before serverless-offline in `plugins`, whose own end leaves the process at once.
 */
import { buildId } from "../bundle.js";
import { readConfig } from "../lib/config.ts";
import { AppError } from "../lib/errors.ts";
import type { Stack } from "./embedded/stack.ts";
import { LogNews } from "./event-sources/log-news.ts";
import type { Runner } from "./event-sources/runner.ts";
import type { Service } from "./event-sources/serverless-mappings.ts";
import { startLocal } from "./start.ts";

/** What serverless-offline is told of where it listens. */
type Listening = Readonly<{ host?: string; lambdaPort?: number | string }>;
type Serverless = Readonly<{
  /** serverless.yml, resolved. */
  service?: Service & Readonly<{ custom?: Readonly<{ "serverless-offline"?: Listening }> }>;
  /** The error that the command line prints without a stack. */
  classes?: { Error: new (message: string, code: string) => Error };
}>;
type Utilities = Readonly<{ log?: { notice: (line: string) => void } }>;

export default class LocalStackPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  readonly #log: (line: string) => void;
  readonly #serverless: Serverless;
  readonly #options: Listening;
  readonly #news = new LogNews();
  #stack: Stack | undefined;
  #eventSources: Runner | undefined;

  /** @param options of the command line, which serverless-offline puts before those of serverless.yml */
  constructor(serverless: Serverless, options: Listening, utilities: Utilities = {}) {
    this.#serverless = serverless;
    this.#options = options;
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
      this.#stack = await startLocal(process.env, this.#log, {
        inThreads: true,
        appended: (stream) => this.#news.tell(stream),
      });
      if (!this.#stack) return;
      // Loaded only now: its settings come from the environment that the line above completed.
      const { firstMarket } = await import("./first-market.ts");
      await firstMarket(this.#log);
      await this.#startEventSources();
    } catch (error) {
      // Or what listens already would keep the process that has failed.
      await this.#end();
      const { Error: Plain } = this.#serverless.classes ?? {};
      throw Plain && error instanceof AppError ? new Plain(error.message, error.code) : error;
    }
  }

  /** Begins to read when serverless-offline listens. */
  async #startEventSources(): Promise<void> {
    const { service } = this.#serverless;
    if (!service) return;
    const { host = "localhost", lambdaPort = 3002 } = {
      ...service.custom?.["serverless-offline"],
      ...this.#options,
    };
    const { startEventSources } = await import("./event-sources/start.ts");
    this.#eventSources = await startEventSources({
      service,
      lambda: { host, port: Number(lambdaPort) },
      environment: process.env,
      home: readConfig(process.env).EQUIPOISE_HOME,
      news: this.#stack?.kinesis.embedded ? this.#news : undefined,
      log: this.#log,
      kafka: async () => (await import("./event-sources/kafka-mappings.ts")).kafkaMappings,
    });
  }

  async #end(): Promise<void> {
    await this.#eventSources?.close();
    this.#eventSources = undefined;
    await this.#stack?.close();
    this.#stack = undefined;
  }
}
