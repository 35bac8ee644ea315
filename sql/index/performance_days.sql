-- performance_days: the days of one year of an index.
-- schema : main=index/year
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER, level REAL, daily_return REAL, benchmark_return REAL, turnover REAL, constituents INTEGER, divisor REAL
-- order  : date
-- rule   : cumulative returns depend on the range asked for, so the caller works them out.
select date, level, daily_return, benchmark_return, turnover, constituents, divisor
from day
where date between :start and :end
order by date;
