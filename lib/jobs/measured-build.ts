/** {@link build} with its time taken and its outcome counted. */
import { AppError, type ErrorCode } from "../errors.ts";
import type { Images, Instruments } from "../ports.ts";
import { type BuildOutcome, type BuildRequest, build } from "./build.ts";

export type MeasuredWorld = Readonly<{
  images: Images;
  instruments?: Instruments;
  nowMs: () => number;
}>;

/** What a build fails by though its request is right. */
const OURS: readonly ErrorCode[] = ["DEPENDENCY_DOWN", "IMAGE_REFUSED", "WRITE_CONFLICT"];

export async function measuredBuild(
  { images, instruments, nowMs }: MeasuredWorld,
  request: BuildRequest,
): Promise<BuildOutcome> {
  const startedMs = nowMs();
  try {
    const built = await build({ images }, request);
    instruments?.add("qf_index_builds_total", { outcome: built.outcome });
    return built;
  } catch (error) {
    const isRefused = error instanceof AppError && !OURS.includes(error.code);
    instruments?.add("qf_index_builds_total", { outcome: isRefused ? "refused" : "failed" });
    throw error;
  } finally {
    instruments?.observe("qf_index_build_seconds", {}, (nowMs() - startedMs) / 1000);
  }
}
