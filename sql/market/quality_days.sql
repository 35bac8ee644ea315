-- quality_days: the days on which something was repaired, refused or found.
-- schema : main=market/reference
-- params : none
-- columns: date INTEGER (YYYYMMDD), repaired INTEGER, quarantined INTEGER, findings INTEGER, failed INTEGER
-- order  : date
-- rule   : counts of rows, and of findings; failed counts the findings that kept rows out.
with counted as (
  select date, 1 as repaired, 0 as quarantined, 0 as findings, 0 as failed
  from repair

  union all

  select date, 0, 1, 0, 0
  from quarantine
  where date is not null

  union all

  select date, 0, 0, 1, failed
  from finding
)

select
  date,
  sum(repaired) as repaired,
  sum(quarantined) as quarantined,
  sum(findings) as findings,
  sum(failed) as failed
from counted
group by date
order by date;
