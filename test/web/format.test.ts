// How the page writes figures, days and places.
import { describe, expect, it } from "vitest";
import { monthsBefore, yearBegins } from "../../web/app/data/calendar.ts";
import { change, number, percent, tone, usd } from "../../web/app/data/format.ts";
import { hrefOf, placeOf } from "../../web/app/shell/place.ts";

describe("figures", () => {
  it("have their unit and a fixed number of digits", () => {
    expect(number(1691.5523)).toBe("1,691.55");
    expect(percent(-0.0010604)).toBe("-0.11 %");
    expect([change(0.0123), change(-0.0123), change(0)]).toEqual(["+1.23 %", "-1.23 %", "0.00 %"]);
    expect([usd(6941455130145), usd(64036799257), usd(961e9), usd(12.5)]).toEqual([
      "6.94 T",
      "64.0 B",
      "961 B",
      "12.50",
    ]);
  });

  it("that are not known are a dash, without a colour", () => {
    for (const write of [number, percent, change, usd]) {
      expect([write(null), write(undefined), write(Number.NaN)]).toEqual(["–", "–", "–"]);
    }
    expect([tone(0.1), tone(-0.1), tone(0), tone(null)]).toEqual([
      "gain",
      "loss",
      undefined,
      undefined,
    ]);
  });
});

describe("days", () => {
  it("a month before fall on the month's last day where it is shorter", () => {
    expect(monthsBefore("2024-03-31", 1)).toBe("2024-02-29");
    expect(monthsBefore("2024-01-15", 3)).toBe("2023-10-15");
    expect(monthsBefore("2024-12-31", 12)).toBe("2023-12-31");
    expect(yearBegins("2024-05-06")).toBe("2023-12-31");
  });
});

describe("a place", () => {
  it("comes back from its address, whatever was chosen", () => {
    const choice = { index: "top100-ew", ticker: "BRK/A", note: "a&b=c #?" };
    expect(placeOf(hrefOf("changes", choice))).toEqual({ view: "changes", choice });
  });

  it("nobody knows is the overview", () => {
    for (const hash of ["", "#", "#/", "#/nowhere?x=1"])
      expect(placeOf(hash).view).toBe("overview");
    expect(hrefOf("overview", { index: undefined })).toBe("#/overview");
  });
});
