-- eligible: when each symbol passes the universe's filters.
-- temp   : create_holder, create_eligible
-- params : none
-- columns: symbol INTEGER, valid_from INTEGER (YYYYMMDD), valid_to INTEGER (YYYYMMDD), issuer INTEGER
-- order  : symbol, valid_from
-- rule   : read once a build; each name of the walk is then checked without another look into the database.
select symbol, valid_from, valid_to, issuer
from eligible
order by symbol, valid_from;
