/** A stand-in for X-Ray's daemon: it keeps what is sent to its port, as Lambda's own does beside each function. */
import { createSocket } from "node:dgram";
import { setTimeout as sleep } from "node:timers/promises";

/** A subsegment as X-Ray's SDK sends it, as far as tests look. */
export type Told = Readonly<{
  trace_id: string;
  parent_id: string;
  id: string;
  name: string;
  namespace?: string;
  annotations?: Readonly<Record<string, unknown>>;
  metadata?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  fault?: boolean;
}>;

export async function daemon() {
  const socket = createSocket("udp4");
  const told: Told[] = [];
  socket.on("message", (datagram) => {
    const [header = "", document = ""] = datagram.toString().split("\n");
    if (header === '{"format":"json","version":1}') told.push(JSON.parse(document));
  });
  await new Promise<void>((bound) => socket.bind(0, "127.0.0.1", bound));
  return {
    address: `127.0.0.1:${socket.address().port}`,
    /** What came since it was last asked, once all that is under way is here. */
    async taken(): Promise<Told[]> {
      await sleep(50);
      return told.splice(0);
    },
    close: () => new Promise<void>((closed) => socket.close(closed)),
  };
}

/** The environment of a function on Lambda; the trace is named by each invocation. */
export const onLambda = (address: string) => ({
  STAGE: "prod",
  LAMBDA_TASK_ROOT: "/var/task",
  AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_XRAY_DAEMON_ADDRESS: address,
});

const TRACE = "1-5759e988-bd862e3fe1be46a9942727";
export const PARENT = "53995c3f42cd8ad8";
/** @param invocation from 0 to 255 */
export const traceOf = (invocation: number): string =>
  `${TRACE}${invocation.toString(16).padStart(2, "0")}`;
export const traceHeader = (invocation: number, isSampled: boolean): string =>
  `Root=${traceOf(invocation)};Parent=${PARENT};Sampled=${isSampled ? 1 : 0}`;
