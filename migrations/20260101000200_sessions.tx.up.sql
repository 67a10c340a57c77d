-- A session's name is public; of its secret only the hash is kept.
CREATE TABLE sessions (
    name          text        PRIMARY KEY,
    secret_hash   bytea       NOT NULL CHECK (length(secret_hash) = 32),
    login_id      bigint      NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
    possessor     text        NOT NULL DEFAULT '', -- who really acts, when not the login itself
    service       text        NOT NULL CHECK (service IN ('cpaneld', 'whostmgrd', 'webmaild')),
    token         text        NOT NULL CHECK (token ~ '^cpsess[0-9]{10}$'),
    origin        text        NOT NULL, -- login, or the API function that made it
    bound_address inet, -- the only address that may use it
    address       inet        NOT NULL, -- where it was made or last activated from
    user_agent    text        NOT NULL DEFAULT '',
    locale        text        NOT NULL DEFAULT '',
    goto_uri      text        NOT NULL DEFAULT '',
    created_at    timestamptz NOT NULL,
    used_at       timestamptz, -- null: made by an API call, not yet activated
    last_seen_at  timestamptz NOT NULL,
    idle_seconds  integer     NOT NULL CHECK (idle_seconds > 0),
    expires_at    timestamptz NOT NULL -- the absolute end
);
CREATE INDEX sessions_login_id ON sessions (login_id);
CREATE INDEX sessions_possessor ON sessions (possessor) WHERE possessor <> '';
CREATE INDEX sessions_expires_at ON sessions (expires_at);
