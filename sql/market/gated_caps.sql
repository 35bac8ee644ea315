-- gated_caps: what the vendor said where the quality gate stored another market cap.
-- schema : main=market/bars
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER (YYYYMMDD), symbol INTEGER, delivered REAL (USD, null when nothing was)
-- order  : date, symbol
-- rule   : a cap that follows from shares is what the gate was given, so it is not among them.
select date, symbol, delivered
from cap_basis
where date between :start and :end
  and basis <> 'shares'
order by date, symbol;
