-- The whole refresh, as every night calls it. Variable: as_of.
call karmayogi.refresh(as_of => :'as_of');
