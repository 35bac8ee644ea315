/** A day within bounds; what is half typed or out of them is not told. */

type Props = Readonly<{
  label: string;
  value: string;
  min: string;
  max: string;
  onPick: (day: string) => void;
}>;

export const DayInput = ({ label, value, min, max, onPick }: Props) => (
  <label className="day">
    {label}
    <input
      type="date"
      value={value}
      min={min}
      max={max}
      onChange={({ target }) =>
        target.validity.valid && target.value !== "" && onPick(target.value)
      }
    />
  </label>
);
