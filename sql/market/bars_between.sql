-- bars_between: what the quality gate must know of stored sessions to go on with the next one.
-- schema : main=market/bars
-- params : :start (YYYYMMDD), :end (YYYYMMDD)
-- columns: date INTEGER (YYYYMMDD), ticker TEXT, close REAL, volume REAL, market_cap REAL, delivered REAL
-- order  : date, symbol
-- rule   : delivered is what the gate was given: the vendor's own cap, or the one from shares known by then.
select b.date, s.ticker, b.close, b.volume, b.market_cap, iif(c.basis is null or c.basis = 'shares', b.market_cap, c.delivered) as delivered
from bar b
join symbol s on s.id = b.symbol
left join cap_basis c on c.date = b.date and c.symbol = b.symbol
where b.date between :start and :end
order by b.date, b.symbol;
