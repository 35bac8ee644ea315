/**
 * The nearest amount that can be traded; half a lot goes away from 0.
 *
 * @param lot smallest amount; 0 for any
 */
export function toLots(amount: number, lot: number): number {
  if (!(lot > 0)) return amount;
  return Math.sign(amount) * Math.round(Math.abs(amount) / lot) * lot || 0;
}
