-- What the database itself knows about Casework. Raised by `manage.py walls`, again and again, inside one transaction.
-- Functions and their tables belong to the definer, so that the owner of the data cannot change what guards it.

SET LOCAL ROLE casework_definer;

CREATE SCHEMA IF NOT EXISTS ctx;
REVOKE ALL ON SCHEMA ctx FROM PUBLIC;
GRANT USAGE ON SCHEMA ctx TO casework_owner, casework_app;

-- The hash of the walls that stand; /readyz compares it with the walls that should.
CREATE TABLE IF NOT EXISTS ctx.raised (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    hash text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
REVOKE ALL ON ctx.raised FROM PUBLIC;
GRANT SELECT ON ctx.raised TO casework_owner, casework_app;

SET LOCAL ROLE casework_owner;
