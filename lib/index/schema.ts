/** The schemas of the index dataset's parts: migration scripts in the order they are applied. Append only. */
import definitions001 from "../../sql/schema/index/definitions/001_definitions.sql";
import year001 from "../../sql/schema/index/year/001_year.sql";

export const DEFINITIONS_SCHEMA = [definitions001] as const;
export const YEAR_SCHEMA = [year001] as const;

/** The part that lists every index. */
export const DEFINITIONS = "definitions";
export const yearPart = (indexId: string, year: number | ""): string => `${indexId}/${year}`;
/** Years of an index that have a part, ascending. */
export const yearsOf = (parts: Readonly<Record<string, unknown>>, indexId: string): number[] => {
  const folder = yearPart(indexId, "");
  const years: number[] = [];
  for (const name in parts)
    if (name.startsWith(folder)) years.push(Number(name.slice(folder.length)));
  return years.sort((a, b) => a - b);
};
