/** Stands between a client and a broker, and loses the acknowledgement of what was stored. */
import { once } from "node:events";
import { connect, createServer } from "node:net";

export type LossyProxy = Readonly<{
  /** "127.0.0.1:port", which the broker must name as its own. */
  address: string;
  /** The next records that are stored are not acknowledged: the connection ends instead. */
  loseNext: () => void;
  /** How many acknowledgements were lost. */
  lost: () => number;
  close: () => Promise<void>;
}>;

/** The api key of a request; a client that waits for each answer sends one in one piece. */
const isProduce = (request: Buffer): boolean => request.length > 6 && request.readInt16BE(4) === 0;

export async function lossyProxy(
  ports: Readonly<{ listen: number; ask: number }>,
): Promise<LossyProxy> {
  let isArmed = false;
  let lost = 0;
  const server = createServer((client) => {
    const broker = connect(ports.ask, "127.0.0.1");
    let isLosing = false;
    const end = () => {
      client.destroy();
      broker.destroy();
    };
    client.on("data", (request) => {
      if (isArmed && isProduce(request)) {
        isArmed = false;
        isLosing = true;
      }
      broker.write(request);
    });
    broker.on("data", (answer) => {
      if (!isLosing) client.write(answer);
      else {
        lost++;
        end();
      }
    });
    for (const socket of [client, broker]) socket.on("close", end).on("error", end);
  }).listen(ports.listen, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${ports.listen}`,
    loseNext: () => {
      isArmed = true;
    },
    lost: () => lost,
    async close() {
      server.close();
      await once(server, "close");
    },
  };
}
