-- range_days: the days of one year within a range.
-- schema : main=index/year
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER (YYYYMMDD)
-- order  : date
-- rule   : sessions that were captured; the calendar tells which were not.
select date
from day
where date between :start and :end
order by date;
