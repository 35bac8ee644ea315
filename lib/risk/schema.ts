/** The schema of the only part of `risk`: migration scripts in the order they are applied. Append only. */
import portfolios001 from "../../sql/schema/risk/portfolios/001_portfolios.sql";

export const DATASET = "risk";
/** The part with everybody's portfolios. */
export const PORTFOLIOS = "portfolios";
export const PORTFOLIOS_SCHEMA = [portfolios001] as const;
