-- definitions: which indices exist, by what rules, and the run of sessions each has been built for.
-- parameters is the canonical JSON of the definition (keys sorted), so equal rules are equal text; provenance says
-- what the market behind it is (simulated or real, point in time or not, caps as delivered or gated).

create table index_definition (
  id text primary key check (id <> ''),
  parameters text not null check (json_valid(parameters)),
  provenance text not null check (json_valid(provenance)),
  first_date integer not null,
  last_date integer not null check (last_date >= first_date)
) strict, without rowid;
