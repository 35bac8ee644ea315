-- detected_splits: splits that no file of actions named, told by the vendor's net change.
-- schema : main=market/reference
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER (YYYYMMDD), symbol INTEGER, ticker TEXT, ratio REAL (new shares per old), detail TEXT
-- order  : date, ticker
-- rule   : one that a file names later, within ten days, stands aside (split_actions).
select d.date, d.symbol, s.ticker, d.ratio, d.detail
from detected_split d
join symbol s on s.id = d.symbol
where d.date between :start and :end
order by d.date, s.ticker;
