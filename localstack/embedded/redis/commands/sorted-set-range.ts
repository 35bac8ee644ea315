/** Ranges of sorted sets by rank or by score, as ZRANGE and its relatives ask for them. */
import { float, floatText, integer, Options } from "../arguments.ts";
import { RedisError, type Reply, syntaxError } from "../reply.ts";
import type { Scored, SortedSet } from "../sorted-set.ts";
import { ranks } from "./lists.ts";

export type ScoreRange = Readonly<{
  min: number;
  max: number;
  isMinOpen: boolean;
  isMaxOpen: boolean;
}>;

function bound(text: string): Readonly<{ value: number; isOpen: boolean }> {
  const isOpen = text.startsWith("(");
  const number = isOpen ? text.slice(1) : text;
  // Redis reads an empty bound as zero.
  if (number === "") return { value: 0, isOpen };
  return { value: float(number, () => new RedisError("ERR min or max is not a float")), isOpen };
}

/** "(" before a bound leaves the bound itself out. @throws RedisError when a bound is no number */
export function scoreRange(minText: string, maxText: string): ScoreRange {
  const [min, max] = [bound(minText), bound(maxText)];
  return { min: min.value, max: max.value, isMinOpen: min.isOpen, isMaxOpen: max.isOpen };
}

/** Ranks inside the range, half-open. */
export function ranksWithin(set: SortedSet, range: ScoreRange): readonly [number, number] {
  const from = set.countWhile(({ score }) =>
    range.isMinOpen ? score <= range.min : score < range.min,
  );
  const to = set.countWhile(({ score }) =>
    range.isMaxOpen ? score < range.max : score <= range.max,
  );
  return [from, Math.max(from, to)];
}

type RangeOptions = Readonly<{
  isByScore: boolean;
  isReversed: boolean;
  isWithScores: boolean;
  limit: Readonly<{ offset: number; count: number }> | undefined;
}>;

/** `isByScore` fixed to true reads the options of ZRANGEBYSCORE, which knows fewer. */
function rangeOptions(rest: readonly string[], isAlwaysByScore: boolean): RangeOptions {
  const options = new Options(rest);
  let limit: RangeOptions["limit"];
  const flags = new Set<string>();
  for (let name = options.next(); name !== undefined; name = options.next()) {
    if (name === "LIMIT") {
      limit = { offset: integer(options.value()), count: integer(options.value()) };
    } else if (
      name === "WITHSCORES" ||
      (!isAlwaysByScore && (name === "BYSCORE" || name === "REV"))
    ) {
      flags.add(name);
    } else if (!isAlwaysByScore && name === "BYLEX") {
      throw new RedisError("ERR unsupported: the embedded server has no ranges BYLEX");
    } else throw syntaxError();
  }
  const isByScore = isAlwaysByScore || flags.has("BYSCORE");
  // A count of -1 is Redis' own sign for "no limit", so it is not noticed there.
  if (limit && limit.count !== -1 && !isByScore) {
    throw new RedisError(
      "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX",
    );
  }
  return {
    isByScore,
    isReversed: flags.has("REV"),
    isWithScores: flags.has("WITHSCORES"),
    limit,
  };
}

/** Everything the range names, in the order asked for. @throws RedisError for bad bounds or options */
export function rangeReply(
  set: () => SortedSet | undefined,
  bounds: readonly [string, string],
  rest: readonly string[],
  isAlwaysByScore = false,
): Reply {
  const options = rangeOptions(rest, isAlwaysByScore);
  const found = options.isByScore
    ? byScore(set, bounds, options)
    : byRank(set, bounds, options.isReversed);
  return found.flatMap(({ member, score }) =>
    options.isWithScores ? [member, floatText(score)] : [member],
  );
}

function byRank(
  set: () => SortedSet | undefined,
  [start, stop]: readonly [string, string],
  isReversed: boolean,
): Scored[] {
  const range = ranks(start, stop);
  const ordered = set()?.ordered ?? [];
  const size = ordered.length;
  const [from, to] = range(size);
  return isReversed ? ordered.slice(size - to, size - from).reverse() : ordered.slice(from, to);
}

function byScore(
  set: () => SortedSet | undefined,
  [first, second]: readonly [string, string],
  { isReversed, limit }: RangeOptions,
): Scored[] {
  // Reversed ranges name the higher bound first.
  const range = isReversed ? scoreRange(second, first) : scoreRange(first, second);
  const found = set();
  if (!found) return [];
  const within = found.ordered.slice(...ranksWithin(found, range));
  if (isReversed) within.reverse();
  if (!limit) return within;
  if (limit.offset < 0) return [];
  return within.slice(limit.offset, limit.count < 0 ? undefined : limit.offset + limit.count);
}
