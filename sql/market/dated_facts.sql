-- dated_facts: everything known of securities besides prices, as text, with the first day it matters on.
-- schema : main=market/reference
-- params : none
-- columns: date INTEGER (YYYYMMDD), text TEXT
-- order  : date, text
-- rule   : a record matters from valid_from; its end matters on the day after valid_to, so that moving the end of
--          a record that is still valid changes no day before. That a security has a record at all matters from
--          its first price on, under whichever of its tickers: without one it would pass every filter.
--          Tickers stand for symbols: ids depend on arrival. Renames are laid out in both directions first, so that
--          each step of the walk finds its renames in an index instead of reading them all. A detected split is told as
--          long as it counts (actions): one that a file names later is taken back on its own day.
with recursive link(ticker, other) as materialized (
  select old_ticker, new_ticker
  from symbol_change

  union

  select new_ticker, old_ticker
  from symbol_change
),

alias(ticker, other) as (
  select s.ticker, s.ticker
  from security_record r
  join symbol s on s.id = r.symbol

  union

  select a.ticker, l.other
  from alias a
  join link l on l.ticker = a.other
)

select r.valid_from as date, json_array('record', s.ticker, r.exchange, r.name, r.country, r.security_type, r.issuer, r.primary_line, r.cik) as text
from security_record r
join symbol s on s.id = r.symbol

union all

select r.valid_to + 1, json_array('end', s.ticker, r.valid_from)
from security_record r
join symbol s on s.id = r.symbol

union all

select a.date, json_array(a.action, s.ticker, a.value)
from corporate_action a
join symbol s on s.id = a.symbol

union all

select d.date, json_array('detected_split', s.ticker, d.ratio)
from detected_split d
join symbol s on s.id = d.symbol
where not exists (
  select 1
  from corporate_action a
  where a.symbol = d.symbol
    and a.action in ('split', 'spinoff')
    and abs(
      julianday(substr(a.date, 1, 4) || '-' || substr(a.date, 5, 2) || '-' || substr(a.date, 7, 2))
      - julianday(substr(d.date, 1, 4) || '-' || substr(d.date, 5, 2) || '-' || substr(d.date, 7, 2))
    ) <= 10
)

union all

select c.date, json_array('rename', c.old_ticker, c.new_ticker)
from symbol_change c

union all

select min(s.first_date), json_array('recorded', a.ticker)
from alias a
join symbol s on s.ticker = a.other
where s.first_date is not null
group by a.ticker

union all

select s.first_date, json_array('listed', s.ticker)
from symbol s
where s.first_date is not null
order by 1, 2;
