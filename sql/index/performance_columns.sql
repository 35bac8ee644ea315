-- performance_columns: the figures of one year in columns, for statistics.
-- schema : main=index/year
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: columns TEXT (JSON object of arrays: date, level, daily_return, benchmark_return, turnover, constituents, divisor)
-- order  : date
-- rule   : one text crosses from SQLite, not a row at a time.
select json_object(
  'date', json_group_array(date),
  'level', json_group_array(level),
  'daily_return', json_group_array(daily_return),
  'benchmark_return', json_group_array(benchmark_return),
  'turnover', json_group_array(turnover),
  'constituents', json_group_array(constituents),
  'divisor', json_group_array(divisor)
) as columns
from (
  select date, level, daily_return, benchmark_return, turnover, constituents, divisor
  from day
  where date between :start and :end
  order by date
);
