-- One calendar year of one index. Days are integers YYYYMMDD; the views carry the names of the public documents.

-- What was built here, so that a year can be read without any other part. One row.
create table definition (
  id text primary key,
  parameters text not null check (json_valid(parameters)),
  provenance text not null check (json_valid(provenance))
) strict, without rowid;

-- Members selected at the close of the day, in rank order, with the weights they carry into the next session.
-- price_date is null when the price is the day's own; market_cap is null only for a held name without one.
create table member (
  date integer not null,
  rank integer not null check (rank > 0),
  constituent integer not null,
  market_cap real check (market_cap > 0),
  weight real not null check (weight > 0 and weight <= 1),
  price real not null check (price > 0),
  price_date integer check (price_date < date),
  primary key (date, rank)
) strict, without rowid;

-- daily_return and turnover are fractions, null on the base day. price_level follows prices alone (the divisor
-- rests on it); it equals level for a price-return index. basis digests what the day was built from.
create table day (
  date integer primary key,
  level real not null check (level >= 0),
  price_level real not null check (price_level >= 0),
  daily_return real,
  benchmark_return real,
  turnover real check (turnover >= 0),
  constituents integer not null check (constituents >= 0),
  divisor real,
  stale integer not null check (stale between 0 and constituents),
  basis text not null
) strict;

-- One line per name that entered or left at the close of the day. Ranks are among all eligible names.
create table change (
  date integer not null,
  side text not null check (side in ('entered', 'exited')),
  ticker text not null,
  rank integer check (rank > 0),
  previous_rank integer check (previous_rank > 0),
  market_cap real,
  reason text not null check (
    reason in ('new_listing', 'returned', 'eligible', 'rank', 'delisted', 'stale', 'cap_missing', 'ineligible')
  ),
  primary key (date, side, ticker)
) strict, without rowid;

-- The names that were members this year. Ids follow first appearance by (date, rank), so the same days give the
-- same ids however they were built. security stays the same when the ticker changes; name is that of the last
-- day of membership.
create table constituent (
  id integer primary key,
  ticker text not null,
  security text not null,
  name text,
  unique (security, ticker)
) strict;

create view index_composition (date, ticker, weight) as
select substr(date, 1, 4) || '-' || substr(date, 5, 2) || '-' || substr(date, 7, 2), c.ticker, m.weight
from member m
join constituent c on c.id = m.constituent;

create view index_performance (date, index_value, daily_return) as
select substr(date, 1, 4) || '-' || substr(date, 5, 2) || '-' || substr(date, 7, 2), level, daily_return
from day;

create view composition_change (date, ticker, event, reason) as
select substr(date, 1, 4) || '-' || substr(date, 5, 2) || '-' || substr(date, 7, 2), ticker, side, reason
from change;
