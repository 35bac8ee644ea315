// Where a long build stops on its way.
import { describe, expect, it } from "vitest";
import { stops } from "../../web/app/data/stretches.ts";

describe("stops", () => {
  it("are the ends of the years, and the last day", () => {
    expect(stops("2021-06-01", "2023-03-31")).toEqual(["2021-12-31", "2022-12-31", "2023-03-31"]);
    expect(stops("2023-01-03", "2023-12-29")).toEqual(["2023-12-29"]);
    expect(stops("2023-01-03", "2024-01-02")).toEqual(["2023-12-31", "2024-01-02"]);
  });

  it("leave a few days at the end of a year to the next, as they may have no session", () => {
    expect(stops("2022-12-31", "2023-03-31")).toEqual(["2023-03-31"]);
    expect(stops("2022-12-21", "2023-03-31")).toEqual(["2022-12-31", "2023-03-31"]);
  });

  it("leave it to the service to refuse what cannot be", () => {
    expect(stops("2023-03-31", "2021-06-01")).toEqual(["2021-06-01"]);
    expect(stops("2023-03-31", "")).toEqual([""]);
  });
});
