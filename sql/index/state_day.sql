-- state_day: the level after one close.
-- schema : main=index/year
-- params : :date (YYYYMMDD)
-- columns: level REAL, price_level REAL
-- order  : none (at most one row)
-- rule   : where a later build goes on from.
select level, price_level
from day
where date = :date;
