import { expect, it } from "vitest";
import { sessionStatus } from "../../lib/jobs/market-status.ts";
import { homes } from "./home.ts";

const newHome = homes();

it("says of each session when it closed, and of a half day that it closed early", async () => {
  const home = await newHome();
  const rows = `
    date      A
    20241127  100
    20241129  101
    20241202  102
  `;
  await home.ingest({ files: [{ name: "rows", rows }] });
  const { sessions } = await sessionStatus(home.images);
  expect(sessions.map(({ date, close }) => [date, close])).toEqual([
    ["2024-11-27", "16:00"],
    ["2024-11-29", "13:00"],
    ["2024-12-02", "16:00"],
  ]);
});
