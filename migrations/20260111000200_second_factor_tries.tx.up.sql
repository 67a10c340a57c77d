-- How many codes were tried since one was right, from wherever: six digits must not
-- be guessed by whoever has a password and very many addresses.
ALTER TABLE second_factors
    ADD COLUMN tries       integer NOT NULL DEFAULT 0,
    ADD COLUMN tries_since timestamptz; -- the first of them; null: none yet
