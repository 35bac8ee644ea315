-- create_holder: who stood behind each symbol that a rename touches; other symbols are their own security.
-- params : none
-- columns: none
-- order  : none
-- rule   : a few lines kept beside the images for the length of one build.
create temp table holder (
  symbol integer not null,
  valid_from integer not null,
  valid_to integer not null,
  security integer not null,
  primary key (symbol, valid_from)
) without rowid;
