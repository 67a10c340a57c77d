-- Tries that were granted and whose outcome is not known yet. Together with the
-- failures they are never more than lead to a lock, so that of guesses made at the
-- same moment no more are looked at than one by one. Each stands as the moment at
-- which it counts no longer if nobody has told what came of it: its node has died.
ALTER TABLE lockouts ADD COLUMN pending timestamptz[] NOT NULL DEFAULT '{}';
