-- A login's second factor: a TOTP key, sealed for this very row.
CREATE TABLE second_factors (
    login_id   bigint      PRIMARY KEY REFERENCES logins (id) ON DELETE CASCADE,
    secret     bytea       NOT NULL,
    last_step  bigint      NOT NULL, -- the newest time step whose code was used: that one and older ones are refused
    enabled_at timestamptz NOT NULL
);

-- A key that was shown to its future owner and awaits the first code made with it.
CREATE TABLE second_factor_offers (
    login_id   bigint      PRIMARY KEY REFERENCES logins (id) ON DELETE CASCADE,
    secret     bytea       NOT NULL, -- sealed
    offered_at timestamptz NOT NULL
);

-- What opens once when the phone is lost; of a code only the hash is kept, and that until it is used.
CREATE TABLE recovery_codes (
    login_id bigint NOT NULL REFERENCES second_factors (login_id) ON DELETE CASCADE,
    hash     bytea  NOT NULL CHECK (length(hash) = 32),
    PRIMARY KEY (login_id, hash)
);

-- The name that a reseller's accounts see in their authenticator app. The server's own is a setting.
CREATE TABLE second_factor_issuers (
    login_id bigint PRIMARY KEY REFERENCES logins (id) ON DELETE CASCADE,
    issuer   text   NOT NULL CHECK (issuer <> '')
);
