/** The thread of one part: begins with it, tells how that went, and ends when it is asked to. */
import { parentPort, workerData } from "node:worker_threads";
import { AppError } from "../../lib/errors.ts";
import { type PartSpec, startPart } from "./part-start.ts";
import type { FromThread } from "./threads.ts";

const parent = parentPort!;
const tell = (message: FromThread) => parent.postMessage(message);

try {
  const part = await startPart(workerData as PartSpec, (appended) => tell({ appended }));
  parent.once("message", async () => {
    await part.close();
    parent.close();
  });
  tell({ started: { port: part.port, url: part.url } });
} catch (error) {
  if (!(error instanceof AppError)) throw error;
  const { code, message, details } = error;
  tell({ failed: { code, message, details } });
  parent.close();
}
