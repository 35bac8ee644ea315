/**
 * Ports to listen on later, or again. A port the system gave away on its own is given to the next who asks as soon as it
 * is closed, and be it as the source of a connection; those below the range it gives from are only taken on purpose.
 */
import { once } from "node:events";
import { connect } from "node:net";

/** Below what Linux (32768) and others (49152) give away, above what is known to belong to somebody. */
const FROM = 20_000;
const BELOW = 32_000;

const given = new Set<number>();

/** Asked by a connection, which leaves nothing behind. */
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

/** One of the loopback where nobody listens, and that this process was not given before. */
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
