/** equipoise reset : removes everything the embedded S3 and Kinesis keep in EQUIPOISE_HOME. */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { config } from "../../lib/config.ts";
import { AppError } from "../../lib/errors.ts";
import { takeHome } from "../../localstack/embedded/home.ts";
import type { Command } from "../flags.ts";
import { print } from "../table.ts";

export const command: Command = {
  flags: {},
  needsStack: false,
  async run() {
    const { EQUIPOISE_HOME: home } = config();
    const taken = takeHome(home, { startedMs: Date.now() });
    if ("owner" in taken) {
      const { pid, ports } = taken.owner;
      throw new AppError("PORT_TAKEN", `process ${pid} is using "${home}"; stop it first`, {
        pid,
        ports,
      });
    }
    try {
      // Only what the embedded parts have made: the folder may hold something else.
      for (const part of ["s3", "kinesis"])
        rmSync(join(home, part), { recursive: true, force: true });
    } finally {
      taken.lock.release();
    }
    print(`"${home}" is empty`);
  },
};
