/** The way from the Redis client to the embedded Redis without a socket: a `fetch` whose answers faults befall. */
import type { Keyspace } from "../../localstack/embedded/redis/keyspace.ts";
import type { RestHandler, RestResponse } from "../../localstack/embedded/redis/rest.ts";
import type { Clock } from "./clock.ts";
import type { Faults, RedisFault } from "./faults.ts";
import { currentProcess, deliver, kill, type Process } from "./process.ts";
import type { Random } from "./random.ts";

export type Fetch = (url: string, init: RequestInit) => Promise<unknown>;

type Settle = Readonly<{
  resolve: (response: unknown) => void;
  reject: (error: unknown) => void;
}>;

export type RedisTransportOptions = Readonly<{
  clock: Clock;
  random: Random;
  faults: Faults;
  serve: RestHandler;
  keyspace: Keyspace;
  served: (command: string, status: number, fault: RedisFault | undefined) => void;
}>;

const FULL = "OOM command not allowed when used memory > 'maxmemory'.";

/** Without room for more, every write is refused. The client sends commands that meet as one pipeline. */
function isRefusedWhenFull(body: string): boolean {
  const [first] = JSON.parse(body) as unknown[];
  return String(Array.isArray(first) ? first[0] : first).toLowerCase() === "set";
}

const full = (path: string, body: string): RestResponse =>
  path === "/pipeline"
    ? {
        status: 200,
        headers: {},
        body: JSON.stringify((JSON.parse(body) as unknown[]).map(() => ({ error: FULL }))),
      }
    : { status: 400, headers: {}, body: JSON.stringify({ error: FULL }) };

/** As much of a `Response` as the client looks at. */
const responseOf = ({ status, body }: RestResponse) => ({
  ok: status === 200,
  status,
  headers: new Map<string, string>(),
  text: async () => body,
});

const refused = (): Error => new TypeError("fetch failed (injected)");

export function redisTransport(options: RedisTransportOptions): Fetch {
  const { clock, random, faults, serve, keyspace, served } = options;

  const answered = async (
    path: string,
    init: RequestInit,
    fault: RedisFault | undefined,
  ): Promise<RestResponse> => {
    if (fault === "redis_flushed") keyspace.clear();
    const body = String(init.body);
    const isFull = fault === "redis_full" && isRefusedWhenFull(body);
    const headers = Object.fromEntries(
      Object.entries(init.headers as Record<string, string>).map(([name, value]) => [
        name.toLowerCase(),
        value,
      ]),
    );
    const answer = isFull
      ? full(path, body)
      : await serve({ method: "POST", path, headers, body: Buffer.from(body) });
    served(body.slice(0, 40), answer.status, fault);
    return fault === "redis_garbled" ? { ...answer, body: answer.body.slice(0, -2) } : answer;
  };

  const answer = (
    process: Process,
    fault: RedisFault | undefined,
    response: RestResponse,
    settle: Settle,
  ): void => {
    if (fault === "killed_after") kill(process);
    if (fault === "killed_after" || fault === "redis_silent") return;
    clock.after(random.between(0.2, 3), () =>
      deliver(clock, process, () =>
        fault === "redis_reset_after"
          ? settle.reject(refused())
          : settle.resolve(responseOf(response)),
      ),
    );
  };

  const send = (process: Process, path: string, init: RequestInit, settle: Settle): void => {
    const fault = faults.ofRedis();
    if (fault === "killed_before") {
      kill(process);
    } else if (fault === "redis_refused") {
      clock.after(1, () => deliver(clock, process, () => settle.reject(refused())));
    } else {
      const wayMs = fault === "redis_slow" ? random.between(100, 900) : random.between(0.2, 3);
      clock.after(wayMs, () => {
        answered(path, init, fault).then(
          (response) => answer(process, fault, response, settle),
          settle.reject,
        );
      });
    }
  };

  return (url, init) => {
    const process = currentProcess();
    if (process === undefined) throw new Error("a command of nobody");
    return new Promise((resolve, reject) => {
      if (process.isDead) return;
      init.signal?.addEventListener("abort", () => reject(init.signal?.reason));
      send(process, new URL(url).pathname, init, { resolve, reject });
    });
  };
}
