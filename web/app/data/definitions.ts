/** What the figures of a summary mean, as docs/methods.md defines them. */

export type Definition = Readonly<{ label: string; says: string }>;

export const DEFINITIONS = {
  total_return: { label: "Total return", says: "Last level over first, minus one." },
  annual_return_cagr: {
    label: "Annual return",
    says: "The constant yearly growth that gives the total return: 252 sessions are a year.",
  },
  annual_volatility: {
    label: "Volatility",
    says: "Sample standard deviation of daily returns, times the root of 252.",
  },
  sharpe: {
    label: "Sharpe",
    says: "Mean daily return above the risk-free rate over its standard deviation, times the root of 252.",
  },
  sortino: {
    label: "Sortino",
    says: "Like Sharpe, over the downside deviation: only returns below the risk-free rate count as risk.",
  },
  max_drawdown: { label: "Max drawdown", says: "The deepest fall from a highest level before it." },
  calmar: { label: "Calmar", says: "Annual return over the depth of the maximum drawdown." },
  win_rate_nonzero: { label: "Winning days", says: "Share of rising days among those that moved." },
  best_day: { label: "Best day", says: "The largest daily return." },
  worst_day: { label: "Worst day", says: "The smallest daily return." },
  beta: { label: "Beta", says: "Covariance with the benchmark's returns over their variance." },
  alpha_annual_geometric: {
    label: "Alpha",
    says: "What a year returned beyond beta times the benchmark, compounded.",
  },
  tracking_error_annual: {
    label: "Tracking error",
    says: "Standard deviation of the daily difference to the benchmark, times the root of 252.",
  },
  information_ratio_annual: {
    label: "Information ratio",
    says: "Mean daily difference to the benchmark over its standard deviation, times the root of 252.",
  },
} as const satisfies Readonly<Record<string, Definition>>;

export type Figure = keyof typeof DEFINITIONS;
