/** What the symbol of a book may look like: "AAPL", "BRK.B", "BTC-USD". It stands in ids, and so in paths. */
export const SYMBOL_PATTERN = /^[A-Z0-9][A-Z0-9.\-^=]{0,19}$/;
