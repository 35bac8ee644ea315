/**
 * Parts in threads of their own: a log, an S3 and a Redis that work beside the functions that ask them, as they do
 * everywhere else. All data goes by their ports; what comes by messages is that they began, and what was appended.
 */
import { Worker } from "node:worker_threads";
import { AppError, type ErrorCode } from "../../lib/errors.ts";
import type { Appended, PartSpec, Started } from "./part-start.ts";

export type FromThread = Readonly<
  | { started: Readonly<{ port: number; url: string }> }
  | {
      failed: Readonly<{
        code: ErrorCode;
        message: string;
        details: Readonly<Record<string, unknown>>;
      }>;
    }
  | { appended: string }
>;

/** @throws AppError as the part's own start; whatever else ends the thread ends the process, as it would without a thread */
export async function startInThread(spec: PartSpec, appended?: Appended): Promise<Started> {
  const worker = new Worker(new URL("./part-thread.ts", import.meta.url), { workerData: spec });
  const ended = new Promise<void>((resolve) => {
    worker.once("exit", () => resolve());
  });
  const { port, url } = await new Promise<Readonly<{ port: number; url: string }>>(
    (resolve, reject) => {
      worker.on("message", (message: FromThread) => {
        if ("appended" in message) appended?.(message.appended);
        else if ("started" in message) resolve(message.started);
        else {
          const { code, message: text, details } = message.failed;
          reject(new AppError(code, text, details));
        }
      });
      worker.once("error", reject);
      void ended.then(() => reject(new Error(`the thread of ${spec.name} ended as it began`)));
    },
  );
  worker.removeAllListeners("error");
  return {
    port,
    url,
    async close() {
      worker.postMessage("close");
      await ended;
    },
  };
}
