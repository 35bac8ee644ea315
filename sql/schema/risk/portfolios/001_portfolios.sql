-- portfolios: what somebody holds, by owner and a name of their own. An owner is the id of an API key, or 'open' where
-- no keys are asked for. rate and
-- dividend_yields (JSON, by symbol or index) are what options are valued with. print is a hash of all its owner wrote:
-- equal content is equal text. Instants are ms since 1970.

create table portfolio (
  owner text not null check (owner <> ''),
  id text not null check (id <> ''),
  name text not null,
  rate real not null,
  dividend_yields text not null check (json_valid(dividend_yields)),
  print text not null,
  revision integer not null check (revision >= 1),
  created_ms integer not null,
  updated_ms integer not null check (updated_ms >= created_ms),
  primary key (owner, id)
) strict, without rowid;

-- name: a ticker, the underlying of an option, or the id of an index. quantity: shares, contracts or units of the
-- index, negative when sold short. multiplier: shares of a contract.
create table position (
  owner text not null,
  portfolio text not null,
  number integer not null check (number >= 1),
  kind text not null check (kind in ('stock', 'option', 'index')),
  name text not null check (name <> ''),
  quantity real not null check (quantity <> 0),
  option text check (option in ('call', 'put')),
  style text check (style in ('european', 'american')),
  strike real check (strike > 0),
  expiry integer,
  multiplier real check (multiplier > 0),
  implied_volatility real check (implied_volatility > 0),
  primary key (owner, portfolio, number),
  check (
    case kind
      when 'option' then option is not null and style is not null and strike is not null and expiry is not null
        and multiplier is not null and implied_volatility is not null
      else coalesce(option, style, strike, expiry, multiplier, implied_volatility) is null
    end
  )
) strict, without rowid;
