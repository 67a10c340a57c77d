-- By which link a sign in came that a login provider's word began; null: by password.
-- No foreign key: a link that is taken away must not make it one by password, and
-- whoever stands at a step is to be told why it ends. No id is given out twice.
ALTER TABLE sign_ins ADD COLUMN link_id bigint;
