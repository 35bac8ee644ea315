/** The schemas of the parts of `bars`: migration scripts in the order they are applied. Append only. */
import day001 from "../../sql/schema/bars/day/001_day.sql";
import progress001 from "../../sql/schema/bars/progress/001_progress.sql";

/** Of days and of months. */
export const DAY_SCHEMA = [day001] as const;
export const PROGRESS_SCHEMA = [progress001] as const;
