/** Claims of a bar as one number, as the parts hold them. */
import { BAR } from "../stream/bars.ts";

export type BarClaims = Readonly<{ partial: boolean; irregular: boolean }>;

export const flagsOf = ({ partial, irregular }: BarClaims): number =>
  (partial ? BAR.partial : 0) | (irregular ? BAR.irregular : 0);

export const claimsOf = (flags: number): BarClaims => ({
  partial: (flags & BAR.partial) !== 0,
  irregular: (flags & BAR.irregular) !== 0,
});
