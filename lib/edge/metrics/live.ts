/** What is counted of each event of a live connection. */
import { instruments } from "./meter.ts";
import { countRefusal } from "./requests.ts";

/** @param code of the refusal, where the event was refused */
export function countLiveEvent(event: string, code = "ok"): void {
  instruments.add("qf_live_events_total", { event, outcome: code });
  countRefusal(code);
}
