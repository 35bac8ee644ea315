-- refresh_coverage: the runs of sessions on which each symbol has a priced row, worked out anew.
-- schema : main=market/caps
-- params : none
-- columns: none
-- order  : none
-- rule   : gaps and islands: within a run the session number minus the row number stays the same. A session of the
--          part is a day with at least one row.
insert into coverage (symbol, first_date, last_date)
with day as (
  select date, row_number() over (order by date) as number
  from (select distinct date from cap)
),

numbered as (
  select
    c.symbol,
    c.date,
    d.number - row_number() over (partition by c.symbol order by c.date) as island
  from cap c
  join day d on d.date = c.date
)

select symbol, min(date), max(date)
from numbered
group by symbol, island;
