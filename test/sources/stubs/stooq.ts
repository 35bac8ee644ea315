/** Stooq on this machine: https://stooq.com/q/d/l/?s=aapl.us&d1=20240102&d2=20240103&i=d. All numbers are made by hand. */
import { type StubAnswer, type StubRequest, type VendorStub, vendorStub } from "./vendor-stub.ts";

export const HEADER = "Date,Open,High,Low,Close,Volume";

/** @param tables lines below the header by its symbol; others have no data */
export function stooqStub(
  tables: Readonly<Record<string, readonly string[]>>,
  instead?: (request: StubRequest) => StubAnswer | undefined,
): Promise<VendorStub> {
  return vendorStub((request) => {
    const other = instead?.(request);
    if (other) return other;
    const lines = request.path === "/q/d/l/" ? tables[request.query.s ?? ""] : undefined;
    const text = lines ? [HEADER, ...lines, ""].join("\r\n") : "No data";
    return { text, headers: { "content-type": "text/csv" } };
  });
}
