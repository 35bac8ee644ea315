-- set_facts_digest: the fingerprint of every fact known up to a session.
-- schema : main=market/reference
-- params : :date (YYYYMMDD), :facts_digest
-- columns: none
-- order  : none
-- rule   : writes only where it differs, so that an unchanged market keeps its bytes.
update session
set facts_digest = :facts_digest
where date = :date and facts_digest <> :facts_digest;
