-- fill_eligible: the universe of a definition, as intervals by symbol.
-- schema : reference=market/reference
-- temp   : create_holder, create_eligible
-- params : :countries (JSON list), :security_types (JSON list), :one_per_issuer (0 or 1)
-- columns: none
-- order  : none
-- rule   : a record counts on the days it is valid and its symbol belongs to the security; a blank country or type
--          does not pass its filter; a security without any record passes them all. With one line per issuer the
--          primary line stays; where an issuer marks none, its lines share a number and the ranking keeps the first.
insert into eligible (symbol, valid_from, valid_to, issuer)
with line as (
  select
    r.symbol,
    coalesce(h.security, r.symbol) as security,
    max(r.valid_from, coalesce(h.valid_from, r.valid_from)) as valid_from,
    min(r.valid_to, coalesce(h.valid_to, r.valid_to)) as valid_to,
    r.country,
    r.security_type,
    r.issuer,
    r.primary_line
  from reference.security_record r
  left join holder h
    on h.symbol = r.symbol and h.valid_from <= r.valid_to and h.valid_to >= r.valid_from
),

passing as (
  select l.symbol, l.valid_from, l.valid_to, l.issuer
  from line l
  where l.country in (select value from json_each(:countries))
    and l.security_type in (select value from json_each(:security_types))
    and (
      :one_per_issuer = 0
      or l.primary_line = 1
      or (
        l.primary_line is null
        and (
          l.issuer is null
          or not exists (
            select 1
            from line p
            where p.issuer = l.issuer
              and p.primary_line = 1
              and p.valid_from <= l.valid_to
              and p.valid_to >= l.valid_from
          )
        )
      )
    )
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
