/** Returns of the months, a row for each year. */
import { change, percent } from "../data/format.ts";
import { compounded, type MonthReturn } from "../data/levels.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
/** A month beyond this has the full colour. */
const FULL = 0.08;

export function HeatMap({ months }: Readonly<{ months: readonly MonthReturn[] }>) {
  const years = [...new Set(months.map(({ year }) => year))].reverse();
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: on a phone it is moved sideways, which must work by keys too
    <section className="table-frame" aria-label="Monthly returns" tabIndex={0}>
      <table className="heat">
        <caption className="unseen">Monthly returns</caption>
        <thead>
          <tr>
            <th scope="col" className="text">
              Year
            </th>
            {MONTHS.map((month) => (
              <th key={month} scope="col" className="figure">
                {month}
              </th>
            ))}
            <th scope="col" className="figure">
              Year
            </th>
          </tr>
        </thead>
        <tbody>
          {years.map((year) => {
            const ofYear = months.filter((one) => one.year === year);
            return (
              <tr key={year}>
                <th scope="row" className="text">
                  {year}
                </th>
                {MONTHS.map((name, index) => (
                  <Month key={name} found={ofYear.find(({ month }) => month === index + 1)} />
                ))}
                <td className="figure strong">{change(compounded(ofYear), 1)}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}

function Month({ found }: Readonly<{ found: MonthReturn | undefined }>) {
  if (found === undefined) return <td className="figure" />;
  const { value, isWhole } = found;
  const share = Math.round(60 * Math.min(1, Math.abs(value) / FULL));
  const colour = value < 0 ? "--loss-fill" : "--gain-fill";
  return (
    <td
      className="figure"
      style={{ background: `color-mix(in srgb, var(${colour}) ${share}%, transparent)` }}
      title={isWhole ? undefined : "part of the month"}
    >
      {percent(value, 1).replace(" %", "")}
      {!isWhole && <span className="dim">*</span>}
    </td>
  );
}
