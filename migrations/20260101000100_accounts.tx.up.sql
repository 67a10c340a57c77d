-- A feature list names what its accounts do not have.
CREATE TABLE feature_lists (
    name       text        PRIMARY KEY CHECK (name <> ''),
    disabled   text[]      NOT NULL DEFAULT '{}',
    changed_at timestamptz NOT NULL
);
INSERT INTO feature_lists (name, changed_at) VALUES ('default', now());

-- An account beside its login. What Postern only keeps for others (quotas, the
-- shell, notices …) is one document; what it searches or joins by is a column.
CREATE TABLE accounts (
    login_id           bigint      PRIMARY KEY REFERENCES logins (id) ON DELETE CASCADE,
    owner_id           bigint      NOT NULL REFERENCES logins (id), -- root, a reseller, or the account itself
    domain             text        COLLATE "C" NOT NULL UNIQUE CHECK (domain = lower(domain) AND domain <> ''),
    domain_temporary   boolean     NOT NULL DEFAULT false,
    plan               text        NOT NULL,
    feature_list       text        NOT NULL DEFAULT 'default' REFERENCES feature_lists (name),
    ip                 inet        NOT NULL,
    settings           jsonb       NOT NULL CHECK (jsonb_typeof(settings) = 'object'),
    created_in_version text        NOT NULL,
    started_at         timestamptz NOT NULL, -- may be set back; logins.created_at is what happened
    changed_at         timestamptz NOT NULL
);
CREATE INDEX accounts_owner_id ON accounts (owner_id);
-- Accounts in the order in which they are listed.
CREATE INDEX logins_listed ON logins (name COLLATE "C") WHERE kind = 'account';

-- An account that may sign in to WHM, and what it may do there.
CREATE TABLE resellers (
    login_id   bigint      PRIMARY KEY REFERENCES accounts (login_id) ON DELETE CASCADE,
    privileges text[]      NOT NULL,
    created_at timestamptz NOT NULL
);

-- Privileges under one name, to give them together.
CREATE TABLE privilege_lists (
    name       text        PRIMARY KEY CHECK (name <> ''),
    privileges text[]      NOT NULL,
    changed_at timestamptz NOT NULL
);

-- A mailbox beside its login.
CREATE TABLE mailboxes (
    login_id           bigint  PRIMARY KEY REFERENCES logins (id) ON DELETE CASCADE,
    quota_mb           bigint  CHECK (quota_mb > 0), -- null: unlimited
    incoming_suspended boolean NOT NULL DEFAULT false
);
