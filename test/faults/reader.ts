/** Somebody who reads: over HTTP with the ETag of the last answer, or straight from the image store. */
import { isDeepStrictEqual } from "node:util";
import { event } from "../edge/call.ts";
import { invoke, Killed } from "./process.ts";
import type { Reply, Sandbox } from "./sandbox.ts";
import type { LedgerStage } from "./workload.ts";

export type Reader = Readonly<{ read: (minSeq: number) => Promise<void> }>;

/** What an answer may be while the store fails; the last when a promised version is not to be seen yet. */
const FAILURES: ReadonlySet<string> = new Set([
  "DEPENDENCY_DOWN",
  "IMAGE_REFUSED",
  "UNKNOWN_VERSION",
]);

export function readerOf(stage: LedgerStage, name: string): Reader {
  const { random, fleet, record, told } = stage;
  let requests = 0;
  /** The last answer, as a browser keeps it. */
  let kept: Readonly<{ etag: string; body: string }> | undefined;

  /** Begins a read; what it returns ends it. */
  const begun = ({ process, servedInstead }: Sandbox, minSeq: number) => {
    const reader = process.name;
    const floorSeq = told.shown(reader);
    return (seq: number, text: string): void =>
      told.read({ reader, seq, text, minSeq, floorSeq, isExcused: servedInstead.has(seq) });
  };

  const failed = (code: string, detail: string): void => {
    record.trace(`unread ${name} ${code}`);
    if (!FAILURES.has(code)) record.violate("unexpected error", `${name}: ${detail}`);
    else if (stage.isStoreWell && code !== "UNKNOWN_VERSION") {
      record.violate("failed without the store", `${name}: ${detail}`);
    }
  };

  const overHttp = async (sandbox: Sandbox, minSeq: number): Promise<void> => {
    const requestId = `${name}-${++requests}`;
    // Another read of this reader may keep a newer answer before this one comes back.
    let mine = kept;
    const headers: Record<string, string> = {
      ...(mine !== undefined && random.chance(0.7) && { "if-none-match": mine.etag }),
      ...(random.chance(0.1) && { "cache-control": "no-cache" }),
    };
    const query = minSeq > 0 ? `?min_version=${minSeq}` : "";
    const asked = event(`GET /answer${query}`, { headers });
    const ended = begun(sandbox, minSeq);
    const reply: Reply = await invoke(sandbox, () =>
      sandbox.request(asked, { awsRequestId: requestId }),
    );
    const { statusCode, headers: sent, body } = reply;
    if (statusCode === 200) {
      mine = { etag: sent.etag ?? "", body };
      kept = mine;
    } else if (statusCode !== 304) {
      const { code } = JSON.parse(body) as { code: string };
      const isTold = statusCode !== 503 || sent["retry-after"] !== undefined;
      return failed(isTold ? code : "no retry-after", body);
    }
    const isNamed = isDeepStrictEqual(sent.etag, mine?.etag);
    if (!isNamed) record.violate("wrong answer", `${name}: 304 for ${sent.etag}`);
    ended(sandbox.seqOf(requestId)!, mine!.body);
  };

  const fromStore = async (sandbox: Sandbox, minSeq: number): Promise<void> => {
    const ended = begun(sandbox, minSeq);
    const { seq, text } = await invoke(sandbox, () => sandbox.read(minSeq));
    ended(seq, text);
  };

  return {
    async read(minSeq) {
      const sandbox = fleet.any();
      try {
        await (random.chance(0.6) ? overHttp(sandbox, minSeq) : fromStore(sandbox, minSeq));
      } catch (error) {
        if (error instanceof Killed) return record.trace(`killed ${name}`);
        const { code, stack } = error as { code?: string; stack?: string };
        failed(code ?? "", stack ?? String(error));
      }
    },
  };
}
