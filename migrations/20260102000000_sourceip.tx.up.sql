-- Where a login may sign in from without answering its security questions.
CREATE TABLE verified_addresses (
    login_id     bigint      NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
    network      cidr        NOT NULL, -- one address is a network of one
    note         text        NOT NULL DEFAULT '' CHECK (octet_length(note) <= 200),
    created_at   timestamptz NOT NULL,
    last_used_at timestamptz, -- the last sign in from there, to the minute; null: none yet
    PRIMARY KEY (login_id, network)
);

-- A login's security questions. Of an answer only the hash is kept.
CREATE TABLE security_questions (
    login_id    bigint      NOT NULL REFERENCES logins (id) ON DELETE CASCADE,
    slot        smallint    NOT NULL CHECK (slot BETWEEN 1 AND 4),
    question    text        NOT NULL CHECK (octet_length(question) BETWEEN 3 AND 127),
    answer_hash text        NOT NULL CHECK (answer_hash LIKE '$argon2id$%'),
    saved_at    timestamptz NOT NULL,
    PRIMARY KEY (login_id, slot)
);
