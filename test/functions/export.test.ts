// The workbook as a user gets it: a link that downloads a file Excel opens, with nothing in it that runs.
import ExcelJS from "exceljs";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { isoDay } from "../../lib/time.ts";
import { type Answer, MARKET, service } from "./service.ts";

const { request } = service();
const FIRST = isoDay(MARKET.sessions[0]!);
const LAST = isoDay(MARKET.sessions.at(-1)!);
const RANGE = { start_date: "2024-01-02", end_date: LAST, index: "top5-ew" };

type Export = { url: string; expires_at: string; bytes: number; sheets: string[] };
const link = ({ body }: Answer) => body as unknown as Export;

async function opened({ url }: Export): Promise<ExcelJS.Workbook> {
  const workbook = new ExcelJS.Workbook();
  await workbook.xlsx.load(await (await fetch(url)).arrayBuffer());
  return workbook;
}

beforeAll(async () => {
  const json = { start_date: FIRST, end_date: LAST, index: "top5-ew" };
  expect((await request("POST /build-index", { json })).status).toBe(200);
});

describe("POST /export-data", () => {
  it("answers 201 with a link that downloads a workbook", async () => {
    const answer = await request("POST /export-data", { json: RANGE });
    expect(answer.status).toBe(201);
    const { url, bytes, expires_at, sheets } = link(answer);
    expect(sheets).toEqual(["performance", "composition", "changes", "summary", "about"]);
    const lifetimeMs = Date.parse(expires_at) - Date.now();
    expect(lifetimeMs).toBeGreaterThan(800_000);
    expect(lifetimeMs).toBeLessThanOrEqual(900_000);
    const download = await fetch(url);
    expect(download.status).toBe(200);
    const file = Buffer.from(await download.arrayBuffer());
    expect(file.subarray(0, 2).toString()).toBe("PK");
    expect(file.length).toBe(bytes);
  });

  // moto verifies no signature and gives a link's file no name.
  it.skipIf(inject("servers")?.isMoto)("links to one object, under a sensible name", async () => {
    const { url } = link(await request("POST /export-data", { json: RANGE }));
    expect((await fetch(url)).headers.get("content-disposition")).toContain(
      'filename="top5-ew_2024-01-02_2024-01-31.xlsx"',
    );
    expect(new URL(url).searchParams.get("X-Amz-Expires")).toBe("900");
    expect(new URL(url).pathname).toMatch(
      /^\/equipoise[0-9a-f-]*\/exports\/top5-ew\/[0-9a-f]{16}\.xlsx$/,
    );
    for (const other of [
      url.replace("/exports/", "/access/keys/"),
      url.replace(/[0-9a-f]{16}\.xlsx/, "0000000000000000.xlsx"),
      url.replace("X-Amz-Expires=900", "X-Amz-Expires=9000"),
    ])
      expect((await fetch(other)).status, other).toBe(403);
    expect((await fetch(url, { method: "PUT", body: "x" })).status).toBe(403);
    // The link is signed for this object alone.
    expect(
      (await fetch(url.replace(/X-Amz-Signature=.{8}/, "X-Amz-Signature=00000000"))).status,
    ).toBe(403);
  });

  it("holds the figures of the endpoints as typed cells", async () => {
    const workbook = await opened(link(await request("POST /export-data", { json: RANGE })));
    expect(workbook.worksheets.map(({ name }) => name)).toEqual([
      "Performance",
      "Composition",
      "Changes",
      "Summary",
      "About",
    ]);
    const query = "index=top5-ew&start_date=2024-01-02";
    const { days } = (await request(`GET /index-performance?${query}`)).body as {
      days: { date: string; level: number; daily_return: number }[];
    };
    const performance = workbook.getWorksheet("Performance")!;
    expect(performance.rowCount).toBe(days.length + 1);
    const last = performance.getRow(performance.rowCount);
    const { date, level, daily_return } = days.at(-1)!;
    expect(last.getCell(1).value).toEqual(new Date(`${date}T00:00:00Z`));
    expect(last.getCell(2).value).toBe(level);
    expect(last.getCell(3).value).toBe(daily_return);
    expect([1, 2, 3].map((column) => last.getCell(column).numFmt)).toEqual([
      "yyyy-mm-dd",
      "#,##0.00",
      "0.00%",
    ]);
    expect(workbook.getWorksheet("Composition")!.rowCount).toBe(5 * days.length + 1);
    const { totals } = (await request(`GET /composition-changes?${query}`)).body as {
      totals: { entered: number; exited: number };
    };
    expect(workbook.getWorksheet("Changes")!.rowCount).toBe(totals.entered + totals.exited + 1);
  });

  it("writes hostile names as plain text", async () => {
    const workbook = await opened(link(await request("POST /export-data", { json: RANGE })));
    const names = new Set<string>();
    for (const sheet of workbook.worksheets) {
      sheet.eachRow((row) =>
        row.eachCell((cell) => {
          expect(cell.type, `${sheet.name} ${cell.address}`).not.toBe(ExcelJS.ValueType.Formula);
          expect(cell.hyperlink).toBeUndefined();
          if (typeof cell.value === "string") names.add(cell.value);
        }),
      );
    }
    expect(names).toContain('=HYPERLINK("http://example.com","A")');
    expect(names).toContain("@SUM(1+1)");
    expect(names).toContain("New & <Sons>");
  });

  it("holds only the sheets asked for, by query or body", async () => {
    const asked = "POST /export-data?index=top5-ew&sheets=summary,changes";
    const answer = link(await request(asked));
    expect(answer.sheets).toEqual(["changes", "summary"]);
    const workbook = await opened(answer);
    expect(workbook.worksheets.map(({ name }) => name)).toEqual(["Changes", "Summary"]);
    const body = { index: "top5-ew", sheets: ["about"] };
    expect(link(await request("POST /export-data", { json: body })).sheets).toEqual(["about"]);
  });

  it("keeps one file for the same version and sheets", async () => {
    const keys = async () => {
      const { world } = await import("../../lib/world.ts");
      return (await world.objects.list("exports/")).map(({ key }) => key);
    };
    await request("POST /export-data", { json: RANGE });
    const before = await keys();
    const [a, b] = await Promise.all([
      request("POST /export-data", { json: RANGE }),
      request("POST /export-data", { json: RANGE }),
    ]);
    expect([a.status, b.status]).toEqual([201, 201]);
    expect(await keys()).toEqual(before);
  });

  it.each([
    [{ index: "nobody" }, 404, "UNKNOWN_INDEX"],
    [{ ...RANGE, start_date: "2024-01-20", end_date: "2024-01-21" }, 404, "NO_TRADING_DAY"],
    [{ ...RANGE, start_date: LAST, end_date: FIRST }, 400, "REVERSED_RANGE"],
    [{ ...RANGE, sheets: [] }, 400, "BAD_REQUEST"],
    [{ ...RANGE, sheets: ["secrets"] }, 400, "BAD_REQUEST"],
    [{ ...RANGE, end_date: "2030-01-02" }, 422, "RANGE_OUTSIDE_DATA"],
  ])("refuses %j", async (json, status, code) => {
    const answer = await request("POST /export-data", { json });
    expect(answer).toMatchObject({
      status,
      headers: { "content-type": "application/problem+json" },
      body: { code },
    });
  });
});
