-- positions: what one portfolio holds, in the order it was given.
-- schema : main=risk/portfolios
-- params : :owner, :id
-- columns: number INTEGER, kind TEXT, name TEXT, quantity REAL, option TEXT, style TEXT, strike REAL, expiry INTEGER (YYYYMMDD), multiplier REAL, implied_volatility REAL
-- order  : number
-- rule   : the same instrument may stand there twice, as its owner keeps it.
select number, kind, name, quantity, option, style, strike, expiry, multiplier, implied_volatility
from position
where owner = :owner
  and portfolio = :id
order by number;
