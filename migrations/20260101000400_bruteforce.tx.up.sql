-- Failed sign ins, counted a minute at a time so that a flood of them stays small.
CREATE TABLE login_failures (
    minute  timestamptz NOT NULL,
    name    text        NOT NULL,
    address inet        NOT NULL,
    service text        NOT NULL,
    step    text        NOT NULL, -- password, session, token
    count   integer     NOT NULL DEFAULT 1,
    last_at timestamptz NOT NULL,
    PRIMARY KEY (minute, name, address, service, step)
);
CREATE INDEX login_failures_name ON login_failures (name, minute);

-- One row for each user or address that failed lately: the counter behind a lock.
CREATE TABLE lockouts (
    subject      text        NOT NULL CHECK (subject IN ('user', 'address')),
    key          text        NOT NULL,
    failures     integer     NOT NULL,
    window_start timestamptz NOT NULL,
    locked_until timestamptz, -- null: counted, not locked
    PRIMARY KEY (subject, key)
);
