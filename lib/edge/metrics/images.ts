/** What is counted of the image store: by what it says happened, and by the bytes of parts. */
import type { PartEntry } from "../../ports.ts";
import type { ImageEvent } from "../images/context.ts";
import { instruments } from "./meter.ts";

/** How a conditional write that came too late gives its reason. */
const CONFLICT = /^the manifest write met /;

export function countImageEvent(event: ImageEvent): void {
  const { dataset } = event;
  switch (event.event) {
    case "image_refused":
    case "manifest_refused":
    case "part_quarantined":
      instruments.add("qf_images_refused_total", { dataset });
      break;
    case "committed":
      instruments.add("qf_commits_total", { dataset });
      break;
    case "commit_retried":
      if (CONFLICT.test(event.reason)) instruments.add("qf_commit_conflicts_total", { dataset });
      break;
    case "stale_served":
      instruments.add("qf_cache_lookups_total", { level: "manifest", outcome: "stale" });
      break;
    default:
  }
}

/** A part that came from the store and was opened, or was not what its manifest says. */
export function countPart({ bytes, raw_bytes: rawBytes }: PartEntry, isRefused: boolean): void {
  instruments.add("qf_image_bytes_total", { event: "read" }, bytes);
  if (isRefused) instruments.add("qf_image_bytes_total", { event: "refused" }, bytes);
  else instruments.add("qf_image_bytes_total", { event: "opened" }, rawBytes);
}
