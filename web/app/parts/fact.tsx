/** One line of a list of facts: its name, its figure, and what there is to say beside it. */

type Props = Readonly<{ name: string; value: string; more?: string }>;

export const Fact = ({ name, value, more = "" }: Props) => (
  <li>
    <span>{name}</span>
    <span>{value}</span>
    <span className="dim">{more}</span>
  </li>
);
