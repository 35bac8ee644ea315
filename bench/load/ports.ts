/**
 * Ports to listen on later, or again. A port the system gave away on its own is given to the next who asks as soon as it
 * is closed, and be it as the source of a connection; those below the range it gives from are only taken on purpose.
 */
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../../lib/errors.ts";

/** Below what Linux (32768) and others (49152) give away, above what is known to belong to somebody. */
const FROM = 20_000;
const BELOW = 32_000;

/** How long a fork may keep a port that was closed. */
const HELD_MS = 5_000;

const given = new Set<number>();

/** Asked by a connection: whoever listens to find out may still hold the port afterwards, see {@link listensAgain}. */
async function isTaken(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/** One of the loopback where nobody listens, and that this thread was not given before. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FROM + Math.floor(Math.random() * (BELOW - FROM));
    if (given.has(port)) continue;
    given.add(port);
    if (!(await isTaken(port))) return port;
  }
}

/** As many, all different. */
export const freePorts = (count: number): Promise<number[]> =>
  Promise.all(Array.from({ length: count }, freePort));

/**
 * Starts a part where it listened before. A process that another thread starts has every socket of this one until it
 * becomes its own program, a closed one too: for that moment the port is taken.
 */
export async function listensAgain<T>(start: () => Promise<T>): Promise<T> {
  for (const untilMs = performance.now() + HELD_MS; ; await sleep(20)) {
    try {
      return await start();
    } catch (error) {
      const isHeld = error instanceof AppError && error.code === "PORT_TAKEN";
      if (!isHeld || performance.now() > untilMs) throw error;
    }
  }
}
