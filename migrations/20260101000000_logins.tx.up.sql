-- A login is a name that can sign in: root, an account, a mailbox.
CREATE TABLE logins (
    id                  bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name                text        NOT NULL UNIQUE CHECK (name = lower(name) AND name <> ''),
    kind                text        NOT NULL CHECK (kind IN ('root', 'account', 'mailbox')),
    account_id          bigint      REFERENCES logins (id) ON DELETE CASCADE, -- a mailbox's owner
    password_hash       text        NOT NULL, -- empty: no password opens it
    password_changed_at timestamptz NOT NULL,
    locale              text        NOT NULL DEFAULT 'en',
    created_at          timestamptz NOT NULL,
    suspended_at        timestamptz,
    suspended_reason    text        NOT NULL DEFAULT '',
    suspended_by        text        NOT NULL DEFAULT '', -- the name of who did it
    suspension_locked   boolean     NOT NULL DEFAULT false, -- only root may lift it
    CHECK ((kind = 'mailbox') = (account_id IS NOT NULL))
);
CREATE INDEX logins_account_id ON logins (account_id) WHERE account_id IS NOT NULL;
CREATE UNIQUE INDEX logins_one_root ON logins (kind) WHERE kind = 'root';

-- What an administrator sets, each setting under its name.
CREATE TABLE settings (
    name       text        PRIMARY KEY,
    value      jsonb       NOT NULL,
    changed_at timestamptz NOT NULL
);
