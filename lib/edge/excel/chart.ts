/**
 * A native chart: the DrawingML parts exceljs cannot write. Lines on the left axis, an optional area on the right
 * one, a date axis below. Ranges point at the table sheet; the values themselves are cached in the part, so that
 * viewers that do not recalculate draw it too. Nothing refers outside the workbook.
 */

import type { Chart, Format, Series, TableSheet } from "../../workbook.ts";
import { type Axis, areaAxis, lineAxis } from "./axis.ts";
import { columnName, NUMBER_FORMAT, quotedSheet } from "./cells.ts";
import { xml } from "./text.ts";

/** What was stored in the columns a chart needs, by header, in row order. */
export type ColumnValues = ReadonlyMap<string, readonly (number | undefined)[]>;

/** Dark enough for print and distinct in grey. */
const LINE_COLOURS = ["1F3864", "C55A11", "548235", "7030A0", "806000"];
const AREA_COLOUR = "C00000";
const GRID_COLOUR = "D9D9D9";
const TEXT_COLOUR = "404040";

const DATE_AXIS = 111_111_101;
const LINE_AXIS = 111_111_102;
const AREA_DATE_AXIS = 111_111_103;
const AREA_AXIS = 111_111_104;

/** The chart part of one chart. */
export function chartPart(chart: Chart, sheet: TableSheet, values: ColumnValues): string {
  const rows = Math.max(sheet.rowCount, 1);
  const range = (header: string) => {
    const index = sheet.columns.findIndex((column) => column.header === header);
    const column = `$${columnName(index)}$`;
    const place = `${quotedSheet(sheet.name)}!${column}`;
    return { title: `${place}1`, body: `${place}2:${column}${rows + 1}` };
  };
  const known = (headers: readonly Series[]) =>
    headers.flatMap(({ column }) => (values.get(column) ?? []).filter((v) => v !== undefined));
  const dates = (values.get(chart.dates) ?? []).filter((v) => v !== undefined);

  const series = ({ column, format }: Series, index: number, shape: string) => {
    const { title, body } = range(column);
    return (
      `<c:ser><c:idx val="${index}"/><c:order val="${index}"/>` +
      `<c:tx><c:strRef><c:f>${xml(title)}</c:f><c:strCache><c:ptCount val="1"/>` +
      `<c:pt idx="0"><c:v>${xml(column)}</c:v></c:pt></c:strCache></c:strRef></c:tx>${shape}` +
      `<c:cat>${numbers(range(chart.dates).body, "date", values.get(chart.dates), rows)}</c:cat>` +
      `<c:val>${numbers(body, format, values.get(column), rows)}</c:val>`
    );
  };

  const lines = chart.lines.map(
    (line, i) =>
      `${series(line, i, `${stroke(LINE_COLOURS[i % LINE_COLOURS.length]!, 22_225)}<c:marker><c:symbol val="none"/></c:marker>`)}<c:smooth val="0"/></c:ser>`,
  );
  const area =
    chart.area === undefined
      ? ""
      : `<c:areaChart><c:grouping val="standard"/><c:varyColors val="0"/>` +
        `${series(chart.area, chart.lines.length, FILL)}</c:ser>` +
        `<c:axId val="${AREA_DATE_AXIS}"/><c:axId val="${AREA_AXIS}"/></c:areaChart>`;
  const leftFormat = chart.lines[0]!.format;

  return (
    `${XML}<c:chartSpace ${NAMESPACES}><c:date1904 val="0"/><c:roundedCorners val="0"/><c:chart>` +
    title(chart.title, 1400, true) +
    `<c:autoTitleDeleted val="0"/><c:plotArea><c:layout/>` +
    `<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>${lines.join("")}` +
    `<c:marker val="1"/><c:axId val="${DATE_AXIS}"/><c:axId val="${LINE_AXIS}"/></c:lineChart>${area}` +
    dateAxis(dates) +
    valueAxis({
      id: LINE_AXIS,
      crosses: DATE_AXIS,
      position: "l",
      axis: lineAxis(known(chart.lines), chart.area !== undefined),
      title: chart.axisTitle,
      format: NUMBER_FORMAT[leftFormat],
    }) +
    (chart.area === undefined
      ? ""
      : valueAxis({
          id: AREA_AXIS,
          crosses: AREA_DATE_AXIS,
          position: "r",
          axis: areaAxis(known([chart.area])),
          title: chart.areaAxisTitle ?? chart.area.column,
          // Labels belong to the area's own rows: those above 0 would read like gains.
          format:
            chart.area.format === "percent" ? ";-0%;0%" : `;-${NUMBER_FORMAT[chart.area.format]};0`,
        }) + hiddenDateAxis()) +
    `<c:spPr><a:noFill/></c:spPr></c:plotArea>` +
    `<c:legend><c:legendPos val="b"/><c:overlay val="0"/>${textSize(1000)}</c:legend>` +
    `<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>` +
    `<c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill>` +
    `<a:ln w="9525"><a:solidFill><a:srgbClr val="${GRID_COLOUR}"/></a:solidFill></a:ln></c:spPr>` +
    `</c:chartSpace>`
  );
}

/** Where a chart lies on its sheet: from the left edge of column A to the right edge of `columns`, between two rows (0-based). */
export type Placed = Readonly<{ chart: Chart; columns: number; fromRow: number; toRow: number }>;

/** The drawing part of a sheet: one frame per chart, relation `rId1` to the first chart and so on. */
export function drawingPart(placed: readonly Placed[]): string {
  const frames = placed.map(
    ({ chart, columns, fromRow, toRow }, i) =>
      `<xdr:twoCellAnchor editAs="oneCell">` +
      `<xdr:from><xdr:col>0</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>${fromRow}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>` +
      `<xdr:to><xdr:col>${columns}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>${toRow}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>` +
      `<xdr:graphicFrame macro=""><xdr:nvGraphicFramePr>` +
      `<xdr:cNvPr id="${i + 2}" name="Chart ${i + 1}" descr="${xml(chart.title)}"/><xdr:cNvGraphicFramePr/>` +
      `</xdr:nvGraphicFramePr><xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm>` +
      `<a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">` +
      `<c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rId${i + 1}"/>` +
      `</a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>`,
  );
  return (
    `${XML}<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" ` +
    `xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` +
    `xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">${frames.join("")}</xdr:wsDr>`
  );
}

export const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';

const NAMESPACES =
  'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" ' +
  'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ' +
  'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';

const stroke = (colour: string, width: number) =>
  `<c:spPr><a:ln w="${width}" cap="rnd"><a:solidFill><a:srgbClr val="${colour}"/></a:solidFill><a:round/></a:ln></c:spPr>`;

const FILL =
  `<c:spPr><a:solidFill><a:srgbClr val="${AREA_COLOUR}"><a:alpha val="35000"/></a:srgbClr></a:solidFill>` +
  `<a:ln w="6350"><a:solidFill><a:srgbClr val="${AREA_COLOUR}"/></a:solidFill></a:ln></c:spPr>`;

/** A range with its cached values; empty cells are simply not among the points. */
function numbers(
  range: string,
  format: Format,
  values: readonly (number | undefined)[] | undefined,
  rows: number,
): string {
  const points = (values ?? []).map((v, i) =>
    v === undefined ? "" : `<c:pt idx="${i}"><c:v>${v}</c:v></c:pt>`,
  );
  return (
    `<c:numRef><c:f>${xml(range)}</c:f><c:numCache><c:formatCode>${xml(NUMBER_FORMAT[format])}</c:formatCode>` +
    `<c:ptCount val="${rows}"/>${points.join("")}</c:numCache></c:numRef>`
  );
}

const run = (size: number, bold: boolean) =>
  `sz="${size}" b="${bold ? 1 : 0}"><a:solidFill><a:srgbClr val="${TEXT_COLOUR}"/></a:solidFill>`;

const textSize = (size: number) =>
  `<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr ${run(size, false)}</a:defRPr></a:pPr><a:endParaRPr lang="en-US"/></a:p></c:txPr>`;

const title = (text: string, size: number, bold: boolean, rotation = "") =>
  `<c:title><c:tx><c:rich><a:bodyPr${rotation}/><a:lstStyle/><a:p><a:pPr><a:defRPr ${run(size, bold)}</a:defRPr></a:pPr>` +
  `<a:r><a:rPr lang="en-US" ${run(size, bold)}</a:rPr><a:t>${xml(text)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>`;

/** About a dozen labels, on whole months where the range is long enough. */
function dateAxis(serials: readonly number[]): string {
  const days = serials.length < 2 ? 0 : serials.at(-1)! - serials[0]!;
  const months = [1, 2, 3, 6, 12, 24, 60].find((m) => days / 30.4 / m <= 14) ?? 120;
  const units = days < 100 ? "" : `<c:majorUnit val="${months}"/><c:majorTimeUnit val="months"/>`;
  return (
    `<c:dateAx><c:axId val="${DATE_AXIS}"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="0"/>` +
    `<c:axPos val="b"/><c:numFmt formatCode="${days < 100 ? "yyyy-mm-dd" : "mmm yyyy"}" sourceLinked="0"/>` +
    `<c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/>` +
    `<c:spPr><a:ln w="9525"><a:solidFill><a:srgbClr val="7F7F7F"/></a:solidFill></a:ln></c:spPr>${textSize(900)}` +
    `<c:crossAx val="${LINE_AXIS}"/><c:crosses val="min"/><c:auto val="1"/><c:lblOffset val="100"/>` +
    `<c:baseTimeUnit val="days"/>${units}</c:dateAx>`
  );
}

const hiddenDateAxis = () =>
  `<c:dateAx><c:axId val="${AREA_DATE_AXIS}"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="1"/>` +
  `<c:axPos val="b"/><c:numFmt formatCode="yyyy-mm-dd" sourceLinked="0"/><c:majorTickMark val="none"/>` +
  `<c:minorTickMark val="none"/><c:tickLblPos val="none"/><c:crossAx val="${AREA_AXIS}"/><c:crosses val="autoZero"/>` +
  `<c:auto val="1"/><c:lblOffset val="100"/><c:baseTimeUnit val="days"/></c:dateAx>`;

type ValueAxis = Readonly<{
  id: number;
  crosses: number;
  position: "l" | "r";
  axis: Axis | undefined;
  title: string;
  format: string;
}>;

function valueAxis({ id, crosses, position, axis, title: text, format }: ValueAxis): string {
  const bounds = axis === undefined ? "" : `<c:max val="${axis.max}"/><c:min val="${axis.min}"/>`;
  const grid =
    position === "l"
      ? `<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="${GRID_COLOUR}"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>`
      : "";
  return (
    `<c:valAx><c:axId val="${id}"/><c:scaling><c:orientation val="minMax"/>${bounds}</c:scaling><c:delete val="0"/>` +
    `<c:axPos val="${position}"/>${grid}${title(text, 1000, false, ' rot="-5400000" vert="horz"')}` +
    `<c:numFmt formatCode="${xml(format)}" sourceLinked="0"/><c:majorTickMark val="none"/><c:minorTickMark val="none"/>` +
    `<c:tickLblPos val="nextTo"/><c:spPr><a:ln><a:noFill/></a:ln></c:spPr>${textSize(900)}` +
    `<c:crossAx val="${crosses}"/><c:crosses val="${position === "l" ? "autoZero" : "max"}"/>` +
    `<c:crossBetween val="midCat"/>${axis === undefined ? "" : `<c:majorUnit val="${axis.step}"/>`}</c:valAx>`
  );
}
