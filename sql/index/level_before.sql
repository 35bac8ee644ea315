-- level_before: the last level of one year before a day.
-- schema : main=index/year
-- params : :date (YYYYMMDD)
-- columns: level REAL
-- order  : date descending (at most one row)
-- rule   : the close that cumulative returns are relative to.
select level
from day
where date < :date
order by date desc
limit 1;
