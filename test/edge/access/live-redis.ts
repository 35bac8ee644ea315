/** An embedded Redis whose clock the test turns, and a connection to it. */
import { redisConnection } from "../../../lib/edge/redis-connection.ts";
import { startRedis } from "../../../localstack/embedded/redis/server.ts";

export async function liveRedis() {
  const state = { nowMs: 1_800_000_000_000 };
  const server = await startRedis({ port: 0, token: "local", nowMs: () => state.nowMs });
  const connection = redisConnection({ url: server.url, token: "local", deadlineMs: 5000 });
  /** What no client of ours asks. */
  const command = async (...words: string[]): Promise<unknown> => {
    const headers = { authorization: "Bearer local" };
    const body = JSON.stringify(words);
    const answer = await fetch(server.url, { method: "POST", headers, body });
    return ((await answer.json()) as { result: unknown }).result;
  };
  let isClosed = false;
  const close = async () => {
    if (!isClosed) await server.close();
    isClosed = true;
  };
  return {
    state,
    nowMs: () => state.nowMs,
    server: { ...server, close },
    connection,
    command,
    close,
  };
}
