-- create_eligible: when each symbol passes the universe's filters, and which issuer it stands for.
-- params : none
-- columns: none
-- order  : none
-- rule   : keyed for the probe of the walk: one look-up by symbol decides a name.
create temp table eligible (
  symbol integer not null,
  valid_from integer not null,
  valid_to integer not null,
  issuer integer not null,
  primary key (symbol, valid_from)
) without rowid;
