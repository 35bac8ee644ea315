/** Signed bars about a common zero, the figure beside each. */
import { tone } from "../data/format.ts";

export type Bar = Readonly<{
  name: string;
  title: string;
  value: number;
  shown: string;
  onPick?: () => void;
}>;

export function Bars({ bars, label }: Readonly<{ bars: readonly Bar[]; label: string }>) {
  const most = Math.max(...bars.map(({ value }) => Math.abs(value)), Number.MIN_VALUE);
  return (
    <ul className="bars" aria-label={label}>
      {bars.map(({ name, title, value, shown }) => (
        <li key={name} title={title}>
          <span className="bar-name">{name}</span>
          <span className="bar-track" aria-hidden="true">
            <i
              className={`bar ${tone(value) ?? ""}`}
              style={{
                width: `${(50 * Math.abs(value)) / most}%`,
                left: value < 0 ? `${50 - (50 * Math.abs(value)) / most}%` : "50%",
              }}
            />
          </span>
          <span className={`bar-value ${tone(value) ?? ""}`}>{shown}</span>
        </li>
      ))}
    </ul>
  );
}
