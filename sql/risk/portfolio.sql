-- portfolio: one portfolio of an owner, without its positions.
-- schema : main=risk/portfolios
-- params : :owner, :id
-- columns: owner TEXT, id TEXT, name TEXT, rate REAL, dividend_yields TEXT (JSON), print TEXT, revision INTEGER, created_ms INTEGER, updated_ms INTEGER
-- order  : owner, id
-- rule   : a name belongs to its owner, so that another's portfolio is neither found nor in the way.
select owner, id, name, rate, dividend_yields, print, revision, created_ms, updated_ms
from portfolio
where owner = :owner
  and id = :id
order by owner, id;
