-- bars, continued: who delivered a row, and how its market cap came about where it is not as delivered.

-- Ids follow from the names, so they do not tell in which order sources came.
create table source (
  id integer primary key,
  name text not null unique
) strict;

alter table bar add column source integer references source (id);

-- basis: shares = close times the shares known by then; any other word is the rule of the quality gate that was used.
-- delivered is the vendor's own cap, null when it gave none.
create table cap_basis (
  date integer not null,
  symbol integer not null,
  basis text not null,
  delivered real,
  shares real check (shares > 0),
  effective_date integer,
  known_at integer,
  source text,
  primary key (date, symbol)
) strict, without rowid;
