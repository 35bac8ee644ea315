-- findings: what the quality gate noticed about sessions as a whole.
-- schema : main=market/reference
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER (YYYYMMDD), exchange TEXT (empty = all), reason TEXT, detail TEXT, failed INTEGER
-- order  : date, exchange, reason
-- rule   : failed = 1 means that the rows were not taken and those stored before stand.
select date, exchange, reason, detail, failed
from finding
where date between :start and :end
order by date, exchange, reason;
