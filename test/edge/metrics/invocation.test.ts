// What the end of an invocation does, on Lambda and on a machine where the process lives on.
import { expect, it, vi } from "vitest";
import * as settings from "../../../lib/config.ts";
import { http } from "../../../lib/edge/http.ts";
import { invocationEnded, shareThrough } from "../../../lib/edge/metrics/invocation.ts";
import { instruments } from "../../../lib/edge/metrics/meter.ts";
import { scheduled } from "../../../lib/edge/scheduled.ts";
import { call } from "../call.ts";

/** Sharing that never ends by itself. */
function slowSharing() {
  let end = () => {};
  const under = new Promise<void>((resolve) => {
    end = resolve;
  });
  const share = vi.fn(() => under);
  const shareWhenDue = vi.fn(() => under);
  shareThrough({ share, shareWhenDue, totals: async () => undefined });
  return { share, shareWhenDue, end };
}

/** Of the log lines only what is no log line: figures do not depend on a level, unless all is silent. */
const stage = (STAGE: string) =>
  vi.spyOn(settings, "config").mockReturnValue({ ...settings.config(), STAGE, LOG_LEVEL: "error" });

const isDone = async (work: Promise<unknown>) => {
  let done = false;
  void work.then(() => {
    done = true;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  return done;
};

const handler = http().handler(() => ({ a: 1 }));

it("lets a request wait for sharing only where its process may be frozen afterwards", async () => {
  const { shareWhenDue, end } = slowSharing();
  const local = call(handler, "GET /");
  expect(await isDone(local), "a process that lives on answers at once").toBe(true);
  expect(shareWhenDue).toHaveBeenCalledTimes(1);
  stage("prod");
  const onAws = call(handler, "GET /");
  expect(await isDone(onAws)).toBe(false);
  end();
  expect((await onAws).statusCode).toBe(200);
});

it("shares all a scheduled run has counted before it ends, also when it fails", async () => {
  const { share, end } = slowSharing();
  end();
  await scheduled(async (id) => id)({ id: "event-1" });
  await expect(
    scheduled(async () => {
      throw new Error("no");
    })({ id: "event-2" }),
  ).rejects.toThrow("no");
  expect(share).toHaveBeenCalledTimes(2);
});

it("gives a run without an event an id of its own", async () => {
  slowSharing().end();
  expect(await scheduled(async (id) => id)({})).toMatch(/^[0-9a-f-]{36}$/);
});

it("writes figures for CloudWatch on AWS and nowhere else, once", async () => {
  slowSharing().end();
  const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  instruments.add("qf_images_refused_total", { dataset: "market" });
  await invocationEnded();
  expect(written).not.toHaveBeenCalled();
  stage("prod");
  await invocationEnded();
  await invocationEnded();
  expect(written.mock.calls.map(([line]) => JSON.parse(String(line)))).toEqual([
    expect.objectContaining({ Stage: "prod", ImagesRefused: 1 }),
  ]);
});
