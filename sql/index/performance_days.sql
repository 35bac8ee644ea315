-- performance_days: the days of one year as the JSON list of GET /index-performance.
-- schema : main=index/year
-- params : :start (YYYYMMDD), :end (YYYYMMDD), :level_before (level at the close before the range; the base level on the base day)
-- columns: days TEXT (JSON array)
-- order  : date
-- rule   : cumulative return is relative to the close before the range, so ranges chain.
select json_group_array(
  json_object(
    'date', substr(date, 1, 4) || '-' || substr(date, 5, 2) || '-' || substr(date, 7, 2),
    'level', level,
    'daily_return', daily_return,
    'cumulative_return', level / :level_before - 1,
    'turnover', turnover,
    'constituents', constituents,
    'divisor', divisor
  )
) as days
from (
  select date, level, daily_return, turnover, constituents, divisor
  from day
  where date between :start and :end
  order by date
);
