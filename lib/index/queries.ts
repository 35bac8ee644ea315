/** Every statement the index domain asks of its images; rows keep the snake_case of SQL. */
import candidatesSql from "../../sql/index/candidates.sql";
import constituentNamesSql from "../../sql/index/constituent_names.sql";
import constituentsSql from "../../sql/index/constituents.sql";
import createEligibleSql from "../../sql/index/create_eligible.sql";
import createHolderSql from "../../sql/index/create_holder.sql";
import definitionsSql from "../../sql/index/definitions.sql";
import deleteDefinitionSql from "../../sql/index/delete_definition.sql";
import deleteOrphansSql from "../../sql/index/delete_orphans.sql";
import fillEligibleSql from "../../sql/index/fill_eligible.sql";
import issuerOnSql from "../../sql/index/issuer_on.sql";
import recordNameSql from "../../sql/index/record_name.sql";
import runDaysSql from "../../sql/index/run_days.sql";
import stateDaySql from "../../sql/index/state_day.sql";
import stateMembersSql from "../../sql/index/state_members.sql";
import upsertConstituentSql from "../../sql/index/upsert_constituent.sql";
import upsertDefinitionSql from "../../sql/index/upsert_definition.sql";
import type { Holder } from "../market/identity.ts";
import type { PartWriter, Query, SqlValue, Statement, Workspace } from "../ports.ts";
import type { DefinitionParameters } from "./definition.ts";
import type { StoredDay } from "./plan.ts";
import type { CandidateRow } from "./run.ts";

/** Lays out who may enter an index; `reference` must be attached. */
export function prepareUniverse(
  workspace: Workspace,
  parameters: DefinitionParameters,
  holders: readonly Holder[],
): void {
  workspace.run(createHolderSql);
  workspace.run(createEligibleSql);
  workspace.insert(
    "insert into holder (symbol, valid_from, valid_to, security)",
    4,
    holders.flatMap(({ symbol, from, to, security }): SqlValue[] => [symbol, from, to, security]),
  );
  workspace.run(fillEligibleSql, {
    ":countries": JSON.stringify(parameters.universe.countries),
    ":security_types": JSON.stringify(parameters.universe.security_types),
    ":one_per_issuer": parameters.one_per_issuer ? 1 : 0,
  });
}

/** The walk of {@link candidatesSql} over the part attached as `caps`; free the statement before detaching it. */
export function candidates(workspace: Workspace): Readonly<{
  walk: (date: number, take: (row: CandidateRow) => boolean) => void;
  free: () => void;
}> {
  const statement: Statement = workspace.prepare(candidatesSql);
  return {
    walk: (date, take) =>
      statement.each({ ":date": date }, ([symbol, close, marketCap, issuer]) =>
        take({
          symbol: symbol as number,
          close: close as number,
          marketCap: marketCap as number,
          issuer: issuer as number,
        }),
      ),
    free: () => statement.free(),
  };
}

export const issuerOn = (workspace: Workspace, symbol: number, date: number): number | undefined =>
  workspace.query<{ issuer: number }>(issuerOnSql, { ":symbol": symbol, ":date": date })[0]?.issuer;

export const runDays = (year: Query) => year<StoredDay>(runDaysSql);

export const stateDay = (year: Query, date: number) =>
  year<Readonly<{ level: number; price_level: number }>>(stateDaySql, { ":date": date })[0];

export type StateMember = Readonly<{
  ticker: string;
  market_cap: number | null;
  weight: number;
  price: number;
  price_date: number;
}>;
export const stateMembers = (year: Query, date: number) =>
  year<StateMember>(stateMembersSql, { ":date": date });

export type ConstituentRow = Readonly<{
  id: number;
  ticker: string;
  security: string;
  last_date: number;
}>;
export const constituents = (year: Query) => year<ConstituentRow>(constituentsSql);

/** Takes every day from a date on out of a year, with what only they used. */
export function deleteDays(db: PartWriter, from: number): void {
  db.run("delete from member where date >= :from", { ":from": from });
  db.run("delete from day where date >= :from", { ":from": from });
  db.run("delete from change where date >= :from", { ":from": from });
  db.run(deleteOrphansSql);
}

export type ConstituentName = Readonly<{ id: number; ticker: string; security: string }>;
export const constituentNames = (year: Query) => year<ConstituentName>(constituentNamesSql);

/** Writes what constituents were called on their last day of membership. */
export function nameConstituents(
  db: PartWriter,
  names: readonly (ConstituentName & Readonly<{ name: string | null }>)[],
): void {
  const statement = db.prepare(upsertConstituentSql);
  for (const { id, ticker, security, name } of names) {
    statement.each(
      { ":id": id, ":ticker": ticker, ":security": security, ":name": name },
      () => true,
    );
  }
  statement.free();
}

export const recordName = (reference: Query, symbol: number, date: number): string | null =>
  reference<{ name: string | null }>(recordNameSql, { ":symbol": symbol, ":date": date })[0]
    ?.name ?? null;

export type DefinitionRow = Readonly<{
  id: string;
  parameters: string;
  provenance: string;
  first_date: number;
  last_date: number;
}>;
export const definitions = (query: Query) => query<DefinitionRow>(definitionsSql);

export const upsertDefinition = (db: PartWriter, row: DefinitionRow): void =>
  db.run(upsertDefinitionSql, {
    ":id": row.id,
    ":parameters": row.parameters,
    ":provenance": row.provenance,
    ":first_date": row.first_date,
    ":last_date": row.last_date,
  });

export const deleteDefinition = (db: PartWriter, id: string): void =>
  db.run(deleteDefinitionSql, { ":id": id });
