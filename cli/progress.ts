/** A line that shows how far a long job is, on a terminal only. */
import type { Progress } from "../lib/jobs/ingest.ts";
import { count } from "./table.ts";

const BAR = 24;
const REDRAW_MS = 100;

export type ProgressLine = Readonly<{ show: Progress; end: () => void }>;

export function progressLine(terminal: NodeJS.WriteStream, nowMs: () => number): ProgressLine {
  if (!terminal.isTTY) return { show: () => {}, end: () => {} };
  const startedMs = nowMs();
  let drawnMs = 0;
  return {
    show(state) {
      const now = nowMs();
      if (now - drawnMs < REDRAW_MS) return;
      drawnMs = now;
      terminal.write(`\r\x1b[K${progressText(state, now - startedMs)}`);
    },
    end: () => void terminal.write("\r\x1b[K"),
  };
}

/** "[######      ]  50 %  123,456 rows  61,728 rows/s  2 s left". */
export function progressText(
  { done, total, rows }: Parameters<Progress>[0],
  elapsedMs: number,
): string {
  const share = total > 0 ? Math.min(1, done / total) : 0;
  const bar = "#".repeat(Math.round(share * BAR)).padEnd(BAR);
  const perSecond = elapsedMs > 0 ? Math.round((rows / elapsedMs) * 1000) : 0;
  const left = share > 0 ? `${Math.ceil((elapsedMs * (1 - share)) / share / 1000)} s left` : "";
  const percent = String(Math.floor(share * 100)).padStart(3);
  return `[${bar}] ${percent} %  ${count(rows)} rows  ${count(perSecond)} rows/s  ${left}`;
}
