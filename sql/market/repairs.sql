-- repairs: figures that the quality gate did not take as delivered.
-- schema : main=market/reference
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER (YYYYMMDD), ticker TEXT, field TEXT, delivered REAL, used REAL, rule TEXT, detail TEXT
-- order  : date, ticker, field
-- rule   : delivered is null where nothing was delivered, used is null where the figure was only taken away.
select date, ticker, field, delivered, used, rule, detail
from repair
where date between :start and :end
order by date, ticker, field;
