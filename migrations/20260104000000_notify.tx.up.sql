-- What tests of notifications use: accounts of ICQ and AIM, tokens, URLs with keys in them.
CREATE TABLE contact_secrets (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service text   NOT NULL CHECK (service IN ('icq', 'aim', 'pushbullet', 'posturl')),
    name    text   NOT NULL DEFAULT '', -- the account's; empty for tokens and URLs
    secret  bytea  NOT NULL,            -- sealed for this very row
    CHECK ((name <> '') = (service IN ('icq', 'aim')))
);
CREATE UNIQUE INDEX contact_secrets_account ON contact_secrets (service) WHERE service IN ('icq', 'aim');

-- Accounts that are being checked at this moment, on whatever node. Who holds a
-- row and dies loses it by time.
CREATE UNLOGGED TABLE oscar_checks (
    server text        NOT NULL,
    name   text        NOT NULL,
    holder text        NOT NULL, -- the test message's ID
    until  timestamptz NOT NULL, -- by the database's clock, which all nodes share
    PRIMARY KEY (server, name)
);
