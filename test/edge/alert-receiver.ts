/** A receiver of alerts on a free port of loopback that counts what it gets and plays the faults it is told. */
import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A status, with headers where they matter; "hang" never answers, "cut" ends the connection. */
export type Fault =
  | number
  | "hang"
  | "cut"
  | Readonly<{ status: number; headers: Readonly<Record<string, string>> }>;

export type Receiver = Readonly<{
  url: string;
  /** Everything that came, whatever it was answered. */
  got: { path: string; headers: IncomingHttpHeaders; body: string }[];
  /** Bodies that were answered 2xx. */
  taken: string[];
  /** What the next requests are answered, one each; 200 after them, or the last one for ever. */
  plays: (faults: readonly Fault[], isForEver?: boolean) => void;
  close: () => Promise<void>;
}>;

export async function alertReceiver(): Promise<Receiver> {
  let script: Fault[] = [];
  let isLasting = false;
  const got: Receiver["got"] = [];
  const taken: string[] = [];
  const hanging = new Set<ServerResponse>();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    const body = Buffer.concat(parts).toString();
    got.push({ path: request.url ?? "", headers: request.headers, body });
    const next = isLasting && script.length === 1 ? script[0] : script.shift();
    const fault = next ?? 200;
    if (fault === "hang") return void hanging.add(response);
    if (fault === "cut") return void request.socket.destroy();
    const { status, headers } = typeof fault === "number" ? { status: fault, headers: {} } : fault;
    if (status < 300) taken.push(body);
    response.writeHead(status, headers).end(status < 300 ? "ok" : "no_service");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/services/T0/B0/secret`,
    got,
    taken,
    plays: (faults, isForEver = false) => {
      script = [...faults];
      isLasting = isForEver;
    },
    close: () =>
      new Promise((resolve) => {
        for (const response of hanging) response.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
