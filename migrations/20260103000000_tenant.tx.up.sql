-- An account that owns, or owned, databases on the tenant server. The role's name
-- is drawn from the account's once and outlives a rename: databases begin with it.
CREATE TABLE tenant_accounts (
    role_name  text        PRIMARY KEY CHECK (role_name ~ '^[a-z][a-z0-9]*$'),
    login_id   bigint      UNIQUE REFERENCES logins (id) ON DELETE SET NULL, -- null: removed; all it has there is to be dropped
    locked     boolean     NOT NULL DEFAULT false, -- its users there cannot sign in, as the account is suspended
    created_at timestamptz NOT NULL,
    attempts   integer     NOT NULL DEFAULT 0, -- to drop it, in vain
    last_error text        NOT NULL DEFAULT '',
    retry_at   timestamptz
);

-- What an account says about its databases.
CREATE TABLE tenant_settings (
    login_id   bigint      PRIMARY KEY REFERENCES logins (id) ON DELETE CASCADE,
    mailboxes  boolean     NOT NULL, -- sessions of its mailboxes may have a user of their own there
    changed_at timestamptz NOT NULL
);

-- The one database user of a session. However a session ends, its row's end
-- leaves null here, in the same transaction: the role is to be dropped.
CREATE TABLE tenant_users (
    role_name    text        PRIMARY KEY,
    session_name text        UNIQUE REFERENCES sessions (name) ON UPDATE CASCADE ON DELETE SET NULL,
    account      text        NOT NULL REFERENCES tenant_accounts (role_name),
    login        text        NOT NULL, -- whose session, by the name of then
    created_at   timestamptz NOT NULL,
    valid_until  timestamptz NOT NULL, -- as the tenant server was told
    attempts     integer     NOT NULL DEFAULT 0,
    last_error   text        NOT NULL DEFAULT '',
    retry_at     timestamptz
);
CREATE INDEX tenant_users_ended ON tenant_users (created_at) WHERE session_name IS NULL;
CREATE INDEX tenant_users_account ON tenant_users (account);

-- Wakes the nodes when there is something to drop or to lock.
CREATE FUNCTION tenant_wake() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('postern_tenant', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER tenant_users_wake AFTER UPDATE OF session_name ON tenant_users
    FOR EACH ROW WHEN (NEW.session_name IS NULL) EXECUTE FUNCTION tenant_wake();
CREATE TRIGGER tenant_accounts_wake AFTER UPDATE OF login_id ON tenant_accounts
    FOR EACH ROW WHEN (NEW.login_id IS NULL) EXECUTE FUNCTION tenant_wake();
CREATE TRIGGER logins_tenant_wake AFTER UPDATE OF suspended_at ON logins
    FOR EACH ROW WHEN (NEW.kind = 'account' AND NEW.suspended_at IS DISTINCT FROM OLD.suspended_at) EXECUTE FUNCTION tenant_wake();
