-- fill_eligible: the universe of a definition, as intervals by symbol.
-- schema : reference=market/reference
-- temp   : create_holder, create_eligible
-- params : :countries (JSON list), :security_types (JSON list), :one_per_issuer (0 or 1)
-- columns: none
-- order  : none
-- rule   : a record counts on the days it is valid and its symbol belongs to the security; where two overlap the
--          one that began later counts. A blank country or type does not pass its filter; a security without any
--          record passes them all. With one line per issuer a primary line puts the issuer's unmarked ones out for
--          as long as it is valid; without one they share a number and the ranking keeps the first. What is valid
--          on a day never depends on a record that begins after it.
insert into eligible (symbol, valid_from, valid_to, issuer)
with record as (
  select
    symbol,
    valid_from,
    min(valid_to, lead(valid_from, 1, 99991232) over (partition by symbol order by valid_from) - 1) as valid_to,
    country,
    security_type,
    issuer,
    primary_line
  from reference.security_record
),

line as (
  select
    r.symbol,
    coalesce(h.security, r.symbol) as security,
    max(r.valid_from, coalesce(h.valid_from, r.valid_from)) as valid_from,
    min(r.valid_to, coalesce(h.valid_to, r.valid_to)) as valid_to,
    r.country,
    r.security_type,
    r.issuer,
    r.primary_line
  from record r
  left join holder h
    on h.symbol = r.symbol and h.valid_from <= r.valid_to and h.valid_to >= r.valid_from
),

listed as (
  select symbol, valid_from, valid_to, issuer, primary_line
  from line
  where country in (select value from json_each(:countries))
    and security_type in (select value from json_each(:security_types))
    and (:one_per_issuer = 0 or coalesce(primary_line, 1) = 1)
),

-- Primary lines of the same issuer, as a reason to stand back; whether they pass the filters does not matter.
rival as (
  select l.symbol, l.valid_from, l.valid_to, l.issuer, p.valid_from as rival_from, p.valid_to as rival_to
  from listed l
  join line p
    on p.issuer = l.issuer
    and p.primary_line = 1
    and p.valid_from <= l.valid_to
    and p.valid_to >= l.valid_from
  where :one_per_issuer = 1
    and l.primary_line is null
),

-- The days before, between and after the rivals' intervals; a rival at the end of time closes the list.
gap as (
  select
    symbol,
    issuer,
    coalesce(max(rival_to) over earlier + 1, valid_from) as valid_from,
    min(valid_to, rival_from - 1) as valid_to
  from (
    select symbol, valid_from, valid_to, issuer, rival_from, rival_to from rival
    union all
    select distinct symbol, valid_from, valid_to, issuer, 99991232, 99991232 from rival
  )
  window earlier as (
    partition by symbol, valid_from
    order by rival_from, rival_to
    rows between unbounded preceding and 1 preceding
  )
),

passing as (
  select l.symbol, l.valid_from, l.valid_to, l.issuer
  from listed l
  where not exists (select 1 from rival r where r.symbol = l.symbol and r.valid_from = l.valid_from)

  union all

  select symbol, valid_from, valid_to, issuer
  from gap
  where valid_from <= valid_to
),

unrecorded as (
  select
    s.id as symbol,
    coalesce(h.valid_from, 0) as valid_from,
    coalesce(h.valid_to, 99991231) as valid_to
  from reference.symbol s
  left join holder h on h.symbol = s.id
  where coalesce(h.security, s.id) not in (select security from line)
)

select
  symbol,
  valid_from,
  valid_to,
  case when issuer is null then -symbol else dense_rank() over (order by issuer) end
from passing

union all

select symbol, valid_from, valid_to, -symbol
from unrecorded;
