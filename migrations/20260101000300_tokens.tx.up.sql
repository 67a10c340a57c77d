-- API tokens; of a token only the hash is kept.
CREATE TABLE tokens (
    id                bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login_id          bigint      NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
    scheme            text        NOT NULL CHECK (scheme IN ('whm', 'cpanel')),
    name              text        NOT NULL CHECK (name ~ '^[A-Za-z0-9_-]{1,50}$'),
    secret_hash       bytea       NOT NULL UNIQUE CHECK (length(secret_hash) = 32),
    privileges        text[], -- null: all that its owner has
    allowed_addresses cidr[], -- null: any
    expires_at        timestamptz, -- null: never
    created_at        timestamptz NOT NULL,
    last_used_at      timestamptz,
    UNIQUE (login_id, scheme, name)
);
