/** Runs the text tables of redis-table.ts against any Redis that can be spoken to command by command. */
import { describe, expect, it } from "vitest";
import { bytesOfText, textOfBytes } from "../../localstack/embedded/redis/bytes.ts";
import { RedisError, type Reply } from "../../localstack/embedded/redis/reply.ts";

export type RedisUnderTest = Readonly<{
  execute: (command: readonly string[]) => Promise<Reply> | Reply;
  sleep: (ms: number) => Promise<void>;
}>;

const WORD = /"(?:[^"\\]|\\.)*"|\S+/g;

/** Words and JSON strings of a line, as byte strings. */
export const words = (text: string): string[] =>
  (text.match(WORD) ?? []).map((word) =>
    bytesOfText(word.startsWith('"') ? (JSON.parse(word) as string) : word),
  );

/** Refusals as their text, byte strings as texts. */
export function shown(reply: Reply): unknown {
  if (reply instanceof RedisError) return textOfBytes(reply.message);
  if (typeof reply === "string") return textOfBytes(reply);
  return Array.isArray(reply) ? reply.map(shown) : reply;
}

const sorted = (value: unknown): unknown =>
  Array.isArray(value) ? value.map(sorted).sort((a, b) => (String(a) < String(b) ? -1 : 1)) : value;

async function check(redis: RedisUnderTest, line: string): Promise<void> {
  const [left = "", right = ""] = line.split(/ *-> /);
  const command = words(left);
  if (command[0] === "sleep") return redis.sleep(Number(command[1]));
  const reply = shown(await redis.execute(command));
  const between = /^from (-?\d+) to (-?\d+)$/.exec(right);
  if (between) {
    expect(reply, line).toBeGreaterThanOrEqual(Number(between[1]));
    expect(reply, line).toBeLessThanOrEqual(Number(between[2]));
  } else if (right.startsWith("unordered ")) {
    expect(sorted(reply), line).toEqual(sorted(JSON.parse(right.slice("unordered ".length))));
  } else {
    expect(reply, line).toEqual(/^["[\d\-n]/.test(right) ? JSON.parse(right) : right);
  }
}

/** Leaves out the lines with these marks. */
export function runRedisTable(
  name: string,
  groups: Readonly<Record<string, string>>,
  open: () => Promise<RedisUnderTest> | RedisUnderTest,
  leftOut: readonly string[] = [],
): void {
  describe(`Redis commands: ${name}`, () => {
    it.each(Object.entries(groups))("%s", async (_, text) => {
      const redis = await open();
      await redis.execute(["FLUSHALL"]);
      for (const raw of text.split("\n")) {
        const [, line = "", mark = ""] = /^\s*(.*?)(?: @(\S+))?$/.exec(raw) ?? [];
        if (line !== "" && !leftOut.includes(mark)) await check(redis, line);
      }
    });
  });
}
