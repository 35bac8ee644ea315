-- days: the days a part of caps holds.
-- schema : main=market/caps
-- params : none
-- columns: date INTEGER (YYYYMMDD)
-- order  : date
-- rule   : a skip scan: one seek a day instead of a look at every row.
with recursive day as (
  select min(date) as date from cap
  union all
  select (select min(c.date) from cap c where c.date > day.date) from day where day.date is not null
)

select date
from day
where date is not null
order by date;
