/** Every statement the index domain asks of its images; rows keep the snake_case of SQL. */
import candidatesSql from "../../sql/index/candidates.sql";
import companyRecordsSql from "../../sql/index/company_records.sql";
import constituentNamesSql from "../../sql/index/constituent_names.sql";
import constituentsSql from "../../sql/index/constituents.sql";
import createEligibleSql from "../../sql/index/create_eligible.sql";
import createHolderSql from "../../sql/index/create_holder.sql";
import definitionsSql from "../../sql/index/definitions.sql";
import deleteDefinitionSql from "../../sql/index/delete_definition.sql";
import deleteOrphansSql from "../../sql/index/delete_orphans.sql";
import eligibleSql from "../../sql/index/eligible.sql";
import fillEligibleSql from "../../sql/index/fill_eligible.sql";
import recordNameSql from "../../sql/index/record_name.sql";
import runDaysSql from "../../sql/index/run_days.sql";
import stateDaySql from "../../sql/index/state_day.sql";
import stateMembersSql from "../../sql/index/state_members.sql";
import upsertConstituentSql from "../../sql/index/upsert_constituent.sql";
import upsertDefinitionSql from "../../sql/index/upsert_definition.sql";
import type { Holder } from "../market/identity.ts";
import type { Image, PartWriter, Query, SqlValue, Statement, Workspace } from "../ports.ts";
import type { DefinitionParameters } from "./definition.ts";
import type { StoredDay } from "./plan.ts";
import type { Take } from "./run.ts";
import { type EligibleInterval, Universe } from "./universe.ts";

/** Works out who may enter an index; `reference` must be attached. */
export function universeOf(
  workspace: Workspace,
  parameters: DefinitionParameters,
  holders: readonly Holder[],
): Universe {
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
  const intervals: EligibleInterval[] = [];
  const statement = workspace.prepare(eligibleSql);
  statement.each({}, (row) => {
    const [symbol, validFrom, validTo, issuer] = row as readonly number[];
    intervals.push({ symbol: symbol!, validFrom: validFrom!, validTo: validTo!, issuer: issuer! });
  });
  statement.free();
  return new Universe(intervals);
}

/** The walk of {@link candidatesSql} over a part of caps; free it when the part is done. */
export function candidates(caps: Image): Readonly<{
  walk: (date: number, capMax: number, take: Take) => void;
  free: () => void;
}> {
  const statement: Statement = caps.prepare(candidatesSql);
  return {
    walk: (date, capMax, take) =>
      statement.each({ ":date": date, ":cap_max": capMax }, (row) =>
        take(row[0] as number, row[1] as number, row[2] as number),
      ),
    free: () => statement.free(),
  };
}

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

/** Makes a year say that another market stood behind it. */
export const restamp = (db: PartWriter, provenance: string): void =>
  db.run("update definition set provenance = :provenance", { ":provenance": provenance });

export const recordName = (reference: Query, symbol: number, date: number): string | null =>
  reference<{ name: string | null }>(recordNameSql, { ":symbol": symbol, ":date": date })[0]
    ?.name ?? null;

export type CompanyRecordRow = Readonly<{
  symbol: number;
  valid_from: number;
  valid_to: number;
  issuer: string | null;
  cik: string | null;
}>;
export const companyRecords = (reference: Query, symbols: readonly number[]) =>
  reference<CompanyRecordRow>(companyRecordsSql, { ":symbols": JSON.stringify(symbols) });

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
