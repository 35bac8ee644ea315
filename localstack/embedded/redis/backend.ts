/** What stands behind the REST handler: the keyspace of this process or a real server. */
import type { Keyspace } from "./keyspace.ts";
import type { RedisError, Reply } from "./reply.ts";

export type Backend = Readonly<{
  execute: (command: readonly string[]) => Reply | Promise<Reply>;
  /** All or nothing: one error when a command could not even be queued. */
  transaction: (
    commands: readonly (readonly string[])[],
  ) => readonly Reply[] | RedisError | Promise<readonly Reply[] | RedisError>;
  close: () => void;
}>;

export const memoryBackend = (keyspace: Keyspace): Backend => ({
  execute: (command) => keyspace.execute(command),
  transaction: (commands) => keyspace.transaction(commands),
  close: () => keyspace.clear(),
});
