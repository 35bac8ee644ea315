/** Starts the local stack in a process of its own, tells where it is on standard output, and runs until its input ends. */
import { startStack } from "../../localstack/embedded/stack.ts";

const options = JSON.parse(process.argv[2] ?? "{}");
const tell = (message: object) => console.log(JSON.stringify(message));

try {
  const { s3, redis, close } = await startStack({ ...options, log: () => {} });
  tell({ pid: process.pid, s3, redis });
  process.stdin.resume().once("end", async () => {
    await close();
    tell({ closed: true });
  });
} catch (error) {
  const { code, message, details } = error as Error & { code?: string; details?: object };
  tell({ code, message, details });
}
