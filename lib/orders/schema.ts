/** The schemas of the parts of `orders`: migration scripts in the order they are applied. Append only. */
import day001 from "../../sql/schema/orders/day/001_day.sql";
import progress001 from "../../sql/schema/orders/progress/001_progress.sql";

export const DAY_SCHEMA = [day001] as const;
export const PROGRESS_SCHEMA = [progress001] as const;
