/** Reading a foreign JSON value field by field: each refusal says where it stood, what was found and what would be right. */
import { AppError } from "../../errors.ts";

/** A value and the path it was found at. */
export type Field = Readonly<{ value: unknown; path: string }>;

export function refusal({ value, path }: Field, wanted: string): AppError {
  const found = (JSON.stringify(value) ?? String(value)).slice(0, 80);
  return new AppError("BAD_FILE", `${path} must be ${wanted}, was ${found}`, {
    field: path,
    found,
    wanted,
  });
}

/** The field of that name; its value is undefined where there is none. */
export function member(of: Field, name: string): Field {
  const { value, path } = of;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refusal(of, "an object");
  }
  const own = Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  return { value: own, path: `${path}.${name}` };
}

export const at = (of: Field, ...names: readonly string[]): Field => names.reduce(member, of);

export function list(of: Field, most: number): readonly unknown[] {
  if (!Array.isArray(of.value)) throw refusal(of, "a list");
  if (of.value.length <= most) return of.value;
  throw new AppError("BAD_FILE", `${of.path} must have at most ${most} entries`, {
    field: of.path,
    found: of.value.length,
    wanted: most,
  });
}

export function text(of: Field, wanted: string): void {
  if (of.value !== wanted) throw refusal(of, `"${wanted}"`);
}

export type Bounds = Readonly<{ least: number; most: number; isWhole?: boolean }>;

const sentence = ({ least, most, isWhole = false }: Bounds) =>
  `a ${isWhole ? "whole " : ""}number from ${least} to ${most}`;

const isWithin = (value: unknown, { least, most, isWhole = false }: Bounds): value is number =>
  typeof value === "number" &&
  value >= least &&
  value <= most &&
  (!isWhole || Number.isInteger(value));

/** A number, or a text that is one, as XGBoost writes its parameters. */
export function numeric(of: Field, bounds: Bounds): number {
  const { value } = of;
  const isText = typeof value === "string" && /^[+-]?\d+(\.\d*)?(e[+-]?\d+)?$/i.test(value);
  const found = isText ? Number(value) : value;
  if (isWithin(found, bounds)) return found;
  throw refusal(of, sentence(bounds));
}

/** Exactly `count` numbers; `true` and `false` count as 1 and 0, as older versions wrote them. */
export function numbers(of: Field, count: number, bounds: Bounds): number[] {
  const values = list(of, count);
  if (values.length !== count) {
    throw refusal({ value: values.length, path: `${of.path}.length` }, String(count));
  }
  return values.map((value, index) => {
    const found = typeof value === "boolean" ? Number(value) : value;
    if (isWithin(found, bounds)) return found;
    throw refusal({ value, path: `${of.path}[${index}]` }, sentence(bounds));
  });
}
