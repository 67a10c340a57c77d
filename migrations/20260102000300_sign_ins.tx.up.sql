-- A sign in that has passed the password, or pretends to have, and stands at a
-- further step. Each row is good for one answer and for ten minutes.
CREATE TABLE sign_ins (
    name        text        PRIMARY KEY,
    secret_hash bytea       NOT NULL CHECK (length(secret_hash) = 32),
    login_id    bigint      REFERENCES logins (id) ON DELETE CASCADE, -- null: no answer is right
    typed_name  text        NOT NULL,
    service     text        NOT NULL CHECK (service IN ('cpaneld', 'whostmgrd', 'webmaild')),
    step        text        NOT NULL CHECK (step IN ('security_questions', 'security_questions_setup', 'tfa')),
    questions   jsonb       NOT NULL DEFAULT '[]', -- what is asked
    verified    boolean     NOT NULL DEFAULT false, -- the address has been dealt with
    failures    integer     NOT NULL DEFAULT 0,
    address     inet        NOT NULL, -- answers come from where the password came from
    user_agent  text        NOT NULL DEFAULT '',
    locale      text        NOT NULL DEFAULT '',
    goto_uri    text        NOT NULL DEFAULT '',
    created_at  timestamptz NOT NULL,
    expires_at  timestamptz NOT NULL
);
CREATE INDEX sign_ins_address ON sign_ins (address, created_at);
CREATE INDEX sign_ins_expires_at ON sign_ins (expires_at);
CREATE INDEX sign_ins_login_id ON sign_ins (login_id) WHERE login_id IS NOT NULL;
