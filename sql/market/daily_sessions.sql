-- daily_sessions: the stored sessions of a range.
-- schema : main=market/reference
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER (YYYYMMDD)
-- order  : date
-- rule   : a range of the primary key.
select date
from session
where date between :start and :end
order by date;
