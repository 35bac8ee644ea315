/** Byte order of ASCII text such as tickers: never the order of a locale. */
export const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
