-- portfolios: those of one owner or of all, a page of them, with how many positions each has.
-- schema : main=risk/portfolios
-- params : :owner (null for all), :after_owner, :after_id, :limit
-- columns: owner TEXT, id TEXT, name TEXT, rate REAL, dividend_yields TEXT (JSON), print TEXT, revision INTEGER, created_ms INTEGER, updated_ms INTEGER, positions INTEGER
-- order  : owner, id
-- rule   : a page begins behind the last one of the page before, in the order of the primary key.
select
  p.owner,
  p.id,
  p.name,
  p.rate,
  p.dividend_yields,
  p.print,
  p.revision,
  p.created_ms,
  p.updated_ms,
  (select count(*) from position h where h.owner = p.owner and h.portfolio = p.id) as positions
from portfolio p
where (:owner is null or p.owner = :owner)
  and (p.owner, p.id) > (:after_owner, :after_id)
order by p.owner, p.id
limit :limit;
