/** Somebody who reads the index, with the ETags of what was read before. */
import { Killed } from "../process.ts";
import type { Stage } from "../stage.ts";
import { DAYS } from "./market.ts";
import type { Seen, ServiceProcess } from "./process.ts";
import { type Asked, essence, question, type Reply } from "./requests.ts";
import type { ServiceTold } from "./told.ts";

export type ServiceStage = Stage<ServiceProcess> & Readonly<{ told: ServiceTold }>;

/** What an answer may be while the store fails. */
const FAILURES: ReadonlySet<string> = new Set(["503 DEPENDENCY_DOWN", "503 IMAGE_REFUSED"]);

/** Refusals that say when to come again. */
export const isFailure = (reply: Reply): boolean =>
  reply.statusCode !== 304 &&
  FAILURES.has(essence(reply)) &&
  reply.headers["retry-after"] !== undefined;

type Kept = Readonly<{ etag: string; body: string }>;

export function readerOf(stage: ServiceStage, name: string) {
  const { random, fleet, record, told } = stage;
  /** The last answers, as a browser keeps them. */
  const kept = new Map<string, Kept>();
  let requests = 0;

  const answered = (asked: Asked, reply: Reply, seen: Seen, floor: number, who: ServiceProcess) => {
    const path = `${asked.pattern}?${asked.query}`;
    const { statusCode, headers, body } = reply;
    if (statusCode === 200) kept.set(path, { etag: headers.etag ?? "", body });
    const mine = kept.get(path);
    if (statusCode === 304 && headers.etag !== mine?.etag) {
      record.violate("wrong answer", `${name}: 304 for ${headers.etag}`);
    }
    const text = statusCode === 304 ? mine!.body : essence(reply);
    const seq = seen.index.at(-1) ?? 0;
    const isExcused = who.servedInstead.has(`index ${seq}`);
    told.read({ reader: who.process.name, asked, text, seen, floor, isExcused });
  };

  const ask = async (asked: Asked): Promise<void> => {
    const who = fleet.any();
    const etag = kept.get(`${asked.pattern}?${asked.query}`)?.etag;
    const headers = {
      ...(etag !== undefined && random.chance(0.7) && { "if-none-match": etag }),
      ...(random.chance(0.1) && { "cache-control": "no-cache" }),
    };
    const floor = told.shown(who.process.name);
    const { reply, seen } = await who.ask(asked, `${name}-${++requests}`, headers);
    if (!isFailure(reply)) return answered(asked, reply, seen, floor, who);
    record.trace(`unread ${name} ${essence(reply)}`);
    if (stage.isStoreWell) record.violate("failed without the store", `${name}: ${reply.body}`);
  };

  return {
    async read(): Promise<void> {
      try {
        await ask(question(random, DAYS));
      } catch (error) {
        if (error instanceof Killed) return record.trace(`killed ${name}`);
        record.violate("unexpected error", `${name}: ${(error as Error).stack}`);
      }
    },
  };
}
