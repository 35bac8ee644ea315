/**
 * How every vendor is asked over HTTP: no faster than it allows, again when it is busy or broken, never longer than a
 * bound and never more than a bound of bytes. A key travels in a header or a query parameter and stands in no error.
 */
import type { AppError } from "../errors.ts";
import { bodyOf, CutShort, TooLong } from "./vendor/body.ts";
import { type Asked, down, type Failed, refused, wrongAnswer } from "./vendor/errors.ts";
import { TokenBucket } from "./vendor/limiter.ts";
import { backOffMs, isPassing, retryAfterMs } from "./vendor/retry.ts";
import { redaction } from "./vendor/secrets.ts";

export type VendorRequest = Readonly<{
  /** Below the base URL: "/v3/reference/splits". */
  path: string;
  query?: Readonly<Record<string, string | number>>;
  headers?: Readonly<Record<string, string>>;
}>;

/**
 * @throws AppError DEPENDENCY_DOWN when the vendor is still unreachable, slow, broken (5xx) or busy (429) at the last
 * attempt; VENDOR_REFUSED for 401 and 403; VENDOR_ANSWER for any other status but 2xx (`details.status`), for a body
 * that is cut short or too long and for text that is no JSON
 */
export type VendorClient = Readonly<{
  /** GET, parsed as JSON. */
  json: (request: VendorRequest) => Promise<unknown>;
  text: (request: VendorRequest) => Promise<string>;
  /**
   * The same waiting, retries, limits and time-outs round any request, for libraries that make their own. It adds no
   * header and no key, sends only GET and HEAD again, and returns an answer that no retry would better, such as 401.
   */
  fetch: typeof globalThis.fetch;
}>;

export type VendorWorld = Readonly<{
  fetch: typeof globalThis.fetch;
  nowMs: () => number;
  sleep: (ms: number) => Promise<void>;
  random: () => number;
}>;

export type VendorOptions = Readonly<{
  /** "polygon": stands in errors and logs. */
  vendor: string;
  baseUrl: string;
  requestsPerMinute: number | null;
  /** Requests that may go out at once after a pause; 1 unless given. */
  burst?: number;
  /** Of one attempt, to the last byte; 15 s. */
  timeoutMs?: number;
  /** 5, the first one included. */
  attempts?: number;
  /** Waits between attempts of one request, together; 120 s. A `Retry-After` beyond it ends the request. */
  maxWaitMs?: number;
  /** A longer body is refused while it is read; 64 MB. */
  maxBytes?: number;
  headers?: Readonly<Record<string, string>>;
  /** Query parameters that hold secrets: sent, never logged, never in an error. */
  secretQuery?: Readonly<Record<string, string>>;
  /** The setting that holds the key, for the advice in VENDOR_REFUSED. */
  keySetting?: string;
  /** What the outside gives; tests pass a virtual clock. */
  world: VendorWorld;
}>;

/** An answer read to its end. */
type Answer = Readonly<{ response: Response; body: Uint8Array<ArrayBuffer> }>;
type Send = Readonly<{
  asked: Asked;
  isRepeatable: boolean;
  send: (signal: AbortSignal) => Promise<Response>;
  signal?: AbortSignal | null;
}>;
/** An attempt that failed in passing; the vendor may have said when to come back. */
type Miss = Readonly<{ failed: Failed; retryAfterMs?: number | undefined }>;

const SAID_CHARACTERS = 200;

export function vendorClient(options: VendorOptions): VendorClient {
  const asking = new Asking(options);
  const text = async (request: VendorRequest) => asking.text(request);
  return {
    text,
    json: async (request) => asking.json(request),
    fetch: async (input, init) => asking.fetch(input, init),
  };
}

class Asking {
  readonly #options: VendorOptions;
  readonly #bucket: TokenBucket;
  readonly #redacted: (text: string) => string;

  constructor(options: VendorOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket(options.requestsPerMinute, options.burst);
    this.#redacted = redaction(options.headers ?? {}, options.secretQuery ?? {});
  }

  async json(request: VendorRequest): Promise<unknown> {
    const text = await this.text(request);
    try {
      return JSON.parse(text);
    } catch {
      const asked = this.#asked("GET", request.path);
      throw wrongAnswer(asked, `expected JSON, was "${this.#said(text)}"`);
    }
  }

  async text(request: VendorRequest): Promise<string> {
    const { world, headers } = this.#options;
    const asked = this.#asked("GET", request.path);
    const url = this.#url(request);
    const { response, body } = await this.#answer({
      asked,
      isRepeatable: true,
      send: (signal) =>
        world.fetch(url, {
          headers: { ...headers, ...request.headers },
          // Following would carry the key to wherever the vendor points.
          redirect: "manual",
          signal,
        }),
    });
    const text = new TextDecoder().decode(body);
    if (!response.ok) throw this.#refusal(asked, response, text);
    return text;
  }

  async fetch(...[input, init]: Parameters<typeof globalThis.fetch>): Promise<Response> {
    const request = input instanceof Request ? input : undefined;
    const method = (init?.method ?? request?.method ?? "GET").toUpperCase();
    const url = new URL(request?.url ?? String(input));
    const { response, body } = await this.#answer({
      asked: this.#asked(method, url.pathname),
      isRepeatable: method === "GET" || method === "HEAD",
      send: (signal) => this.#options.world.fetch(input, { ...init, signal }),
      signal: init?.signal ?? request?.signal ?? null,
    });
    return copyOf(response, body);
  }

  /** Asks until there is an answer that asking again would not better. */
  async #answer(send: Send): Promise<Answer> {
    const { attempts = 5, maxWaitMs = 120_000, world } = this.#options;
    const last = send.isRepeatable ? attempts : 1;
    let waitedMs = 0;
    for (let attempt = 1; ; attempt++) {
      await this.#turn();
      const outcome = await this.#attempt(send);
      if ("body" in outcome) return outcome;
      const waitMs = outcome.retryAfterMs ?? backOffMs(attempt, world.random());
      waitedMs += waitMs;
      if (attempt >= last || waitedMs > maxWaitMs) throw down(send.asked, outcome.failed, attempt);
      // Others need not find out for themselves.
      if (outcome.retryAfterMs !== undefined) this.#bucket.closeUntil(world.nowMs() + waitMs);
      else if (waitMs > 0) await world.sleep(waitMs);
    }
  }

  /** Waits for a token, and for as long as the vendor has asked everybody to wait. */
  async #turn(): Promise<void> {
    const { nowMs, sleep } = this.#options.world;
    const waitMs = this.#bucket.take(nowMs());
    if (waitMs > 0) await sleep(waitMs);
    for (;;) {
      const closedMs = this.#bucket.closedForMs(nowMs());
      if (closedMs === 0) return;
      await sleep(closedMs);
    }
  }

  async #attempt({ asked, send, signal: caller }: Send): Promise<Answer | Miss> {
    const { timeoutMs = 15_000, maxBytes = 64 * 1024 * 1024, world } = this.#options;
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), timeoutMs);
    const signal = caller ? AbortSignal.any([caller, timeout.signal]) : timeout.signal;
    try {
      const response = await send(signal);
      const body = await bodyOf(response, maxBytes, signal);
      if (!isPassing(response.status)) return { response, body };
      const after = retryAfterMs(response.headers.get("retry-after"), world.nowMs());
      return { failed: this.#busy(response.status, body, after), retryAfterMs: after };
    } catch (error) {
      if (caller?.aborted) throw caller.reason;
      if (error instanceof TooLong) throw wrongAnswer(asked, error.message);
      if (timeout.signal.aborted) return miss(`no whole answer within ${timeoutMs} ms`);
      if (error instanceof CutShort) return miss(error.message, true);
      return miss(this.#redacted(reasonOf(error)));
    } finally {
      clearTimeout(timer);
    }
  }

  #busy(status: number, body: Uint8Array, afterMs: number | undefined): Failed {
    const said = this.#said(new TextDecoder().decode(body));
    const wait = afterMs === undefined ? "" : `, come back in ${Math.ceil(afterMs / 1000)} s`;
    const detail = `status ${status}${wait}${said && ` ("${said}")`}`;
    return { isCutShort: false, detail, status };
  }

  /** An answer with a status that says no. */
  #refusal(asked: Asked, response: Response, text: string): AppError {
    const { status } = response;
    const said = this.#said(text);
    if (status === 401 || status === 403) {
      return refused(asked, status, this.#options.keySetting, said);
    }
    const target = response.headers.get("location");
    const moved = target && status < 400 ? ` to ${this.#redacted(hostOf(target))}` : "";
    return wrongAnswer(asked, `status ${status}${moved}${said && ` ("${said}")`}`, { status });
  }

  #asked(method: string, path: string): Asked {
    return { vendor: this.#options.vendor, operation: this.#redacted(`${method} ${path}`) };
  }

  /** The beginning of a vendor's own words, on one line. */
  #said(text: string): string {
    return this.#redacted(text).replace(/\s+/g, " ").trim().slice(0, SAID_CHARACTERS);
  }

  #url({ path, query = {} }: VendorRequest): URL {
    const { baseUrl, secretQuery = {} } = this.#options;
    // The slash keeps a path such as "@host" or ":80" from being read as part of the host.
    const url = new URL(`${baseUrl.replace(/\/+$/, "")}/${path.replace(/^\/+/, "")}`);
    for (const [name, value] of Object.entries({ ...query, ...secretQuery })) {
      url.searchParams.set(name, String(value));
    }
    return url;
  }
}

const miss = (detail: string, isCutShort = false): Miss => ({ failed: { isCutShort, detail } });

/** "fetch failed (ECONNREFUSED)": what Node knows of a connection that failed stands in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const code = cause instanceof Error && "code" in cause ? ` (${String(cause.code)})` : "";
  return `${error.message}${code}`;
}

const hostOf = (location: string): string => URL.parse(location)?.origin ?? location.split("?")[0]!;

/** The answer again, its body read already; `url` is kept since libraries follow redirects by it. */
function copyOf(response: Response, body: Uint8Array<ArrayBuffer>): Response {
  const headers = new Headers(response.headers);
  // The body is no longer as it was sent.
  headers.delete("content-encoding");
  headers.delete("content-length");
  const { status, statusText, url } = response;
  const isBodiless = status === 204 || status === 205 || status === 304;
  const copy = new Response(isBodiless ? null : body, { status, statusText, headers });
  Object.defineProperty(copy, "url", { value: url });
  return copy;
}
