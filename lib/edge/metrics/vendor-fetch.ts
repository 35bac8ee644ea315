/** How vendors are asked: as always, with each try that failed counted. */
import { instruments } from "./meter.ts";

const failed = () => instruments.add("qf_dependency_failures_total", { part: "vendor" });

/** @param fetch rejects when there is no answer; a refusal of the request (4xx) is the caller's to mend and no failure */
export const vendorFetch =
  (fetch: typeof globalThis.fetch): typeof globalThis.fetch =>
  async (...request) => {
    try {
      const response = await fetch(...request);
      if (response.status >= 500 || response.status === 429) failed();
      return response;
    } catch (error) {
      failed();
      throw error;
    }
  };
