/** One service over the simulated market for all tests of the app that do it no harm: started before the first of them. */
import type { TestProject } from "vitest/node";
import { startService } from "../../../bench/load/service.ts";
import { browserProgram } from "../browser.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** "http://127.0.0.1:41234"; undefined where no browser is, as nobody would ask it. */
    serviceUrl: string | undefined;
  }
}

export async function setup({ provide }: TestProject): Promise<(() => Promise<void>) | undefined> {
  if (!browserProgram()) {
    console.log("test/real/web is skipped: no Chromium is installed");
    provide("serviceUrl", undefined);
    return undefined;
  }
  const { url, stop } = await startService();
  provide("serviceUrl", url);
  return stop;
}
