/** How sheets look: one dark blue, grey rules, A4 or Letter landscape one page wide. */
import type { Alignment, Borders, Fill, Font, PageSetup, Style } from "exceljs";
import type { Format } from "../../workbook.ts";

const NAVY = "FF1F3864";
const GREY = "FF595959";
const RULE = "FFBFBFBF";

const fill = (argb: string): Fill => ({ type: "pattern", pattern: "solid", fgColor: { argb } });
const under = (style: "thin" | "medium" | "hair", argb: string): Partial<Borders> => ({
  bottom: { style, color: { argb } },
});
const font = (more: Partial<Font>): Partial<Font> => ({ name: "Calibri", size: 11, ...more });

/** The header row of a table sheet. */
export const HEADER: Partial<Style> = {
  font: font({ bold: true, color: { argb: "FFFFFFFF" } }),
  fill: fill(NAVY),
  border: under("medium", NAVY),
};

export const TITLE: Partial<Style> = {
  font: font({ bold: true, size: 18, color: { argb: NAVY } }),
  alignment: { vertical: "middle" },
};
export const SUBTITLE: Partial<Style> = {
  font: font({ color: { argb: GREY } }),
  alignment: { vertical: "top", wrapText: true },
};
export const HEADING: Partial<Style> = {
  font: font({ bold: true, size: 12, color: { argb: NAVY } }),
  border: under("medium", NAVY),
  alignment: { vertical: "middle" },
};
const ROW_RULE = under("hair", RULE);
export const LABEL: Partial<Style> = {
  font: font({}),
  border: ROW_RULE,
  alignment: { vertical: "middle", wrapText: true },
};
export const NOTE: Partial<Style> = {
  font: font({ size: 10, color: { argb: GREY } }),
  border: ROW_RULE,
  alignment: { vertical: "middle", horizontal: "left", wrapText: true, indent: 1 },
};
export const PARAGRAPH: Partial<Style> = {
  font: font({}),
  alignment: { vertical: "top", wrapText: true },
};

/** A value beside its label; running text is not bold. */
export const valueStyle = (
  numFmt: string,
  bold: boolean,
  alignment: Partial<Alignment>,
): Partial<Style> => ({
  font: font({ bold }),
  border: ROW_RULE,
  numFmt,
  alignment: { vertical: "middle", ...alignment },
});

/** Marks a style whose cells carry the quote prefix; see the skeleton. */
export const MARKED: Partial<Style> = { protection: { locked: true, hidden: true } };

export const PAGE: Partial<PageSetup> = {
  orientation: "landscape",
  fitToPage: true,
  fitToWidth: 1,
  fitToHeight: 0,
  margins: { left: 0.5, right: 0.5, top: 0.75, bottom: 0.6, header: 0.3, footer: 0.3 },
};

/** Formats whose values line up on the right. */
export const numeric = (format: Format): boolean =>
  format !== "text" && format !== "date" && format !== "datetime" && format !== "boolean";
