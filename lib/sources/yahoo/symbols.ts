/**
 * Yahoo's symbols for our tickers. It writes a class with a hyphen (BRK/A and BRK.A are BRK-A), a preferred with -P
 * (BAC^B and BAC^ are BAC-PB and BAC-P), warrants with -WT and units with -UN. Rows go back under the ticker that was
 * asked for, whichever of these it was.
 */
const SUFFIXES: readonly (readonly [RegExp, string])[] = [
  [/[./]WS$/, "-WT"],
  [/[./]UN?$/, "-UN"],
  [/\^([A-Z]?)$/, "-P$1"],
  [/[./]([A-Z])$/, "-$1"],
];

export function yahooSymbol(ticker: string): string {
  const upper = ticker.toUpperCase();
  for (const [ours, theirs] of SUFFIXES) {
    if (ours.test(upper)) return upper.replace(ours, theirs);
  }
  return upper;
}
