-- market_facts: what kind of market this is.
-- schema : main=market/reference
-- params : none
-- columns: name TEXT, value TEXT
-- order  : name
-- rule   : kind = simulated | real; source, gate and point_in_time as the last ingestion said.
select name, value
from market_fact
order by name;
