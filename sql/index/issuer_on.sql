-- issuer_on: the issuer a symbol stands for on a day, when it passes the universe's filters then.
-- temp   : create_holder, create_eligible
-- params : :symbol, :date (YYYYMMDD)
-- columns: issuer INTEGER
-- order  : none (at most one row)
-- rule   : the same intervals that the walk probes.
select issuer
from eligible
where symbol = :symbol and valid_from <= :date and valid_to >= :date;
