-- run_days: the days built in one year, with what each rests on.
-- schema : main=index/year
-- params : none
-- columns: date INTEGER (YYYYMMDD), basis TEXT
-- order  : date
-- rule   : compared with the market's sessions to find the first day that changed.
select date, basis
from day
order by date;
