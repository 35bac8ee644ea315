/** Figures with their names; what each means is said on hover, on focus and to screen readers. */
import { useId } from "react";
import type { Definition } from "../data/definitions.ts";

export type Shown = Readonly<{
  name: string;
  definition: Definition;
  value: string;
  /** The same of the benchmark. */
  beside?: string | undefined;
  tone?: "gain" | "loss" | undefined;
}>;

export const Figures = ({ figures }: Readonly<{ figures: readonly Shown[] }>) => (
  <dl className="figures">
    {figures.map((figure) => (
      <One key={figure.name} {...figure} />
    ))}
  </dl>
);

function One({ definition: { label, says }, value, beside, tone }: Shown) {
  const id = useId();
  return (
    <div className="figure-box">
      <dt>
        <button type="button" className="term" aria-describedby={id}>
          {label}
        </button>
        <span role="tooltip" id={id}>
          {says}
        </span>
      </dt>
      <dd className={tone}>{value}</dd>
      {beside !== undefined && <dd className="beside">{beside}</dd>}
    </div>
  );
}
