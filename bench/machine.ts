/** The machine that figures were measured on. */
import { cpus, loadavg, release, totalmem, type } from "node:os";

/** The machine, as far as a reader needs it to judge the figures. */
export function machine(date: string): string {
  const [cpu] = cpus();
  const load = loadavg().map((value) => value.toFixed(2));
  return [
    `${cpu?.model.trim() ?? "unknown processor"}, ${cpus().length} cores`,
    `${Math.round(totalmem() / 2 ** 30)} GB`,
    `${type()} ${release()}`,
    `Node ${process.versions.node}`,
    date,
    `load at start ${load.join(" ")}`,
  ].join(" · ");
}
