-- Executed with the store's schema as the search path. Payloads are text: see docs/decisions/postgresql-keeps-text.md.
-- A payload is the text of one JSON document; NULL means that there is no value, 'null' is a stored null.
-- Names sort by their bytes (COLLATE "C"), as they do in the model, whatever the database's language is.

CREATE TABLE pikku_migrations (
    version    integer     NOT NULL PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE workflow_runs (
    run_id       text COLLATE "C" NOT NULL PRIMARY KEY,
    epoch        bigint  NOT NULL,
    wakes        bigint  NOT NULL DEFAULT 0,
    due_ms       bigint,
    created_ms   bigint  NOT NULL,
    updated_ms   bigint  NOT NULL,
    completed_ms bigint,
    workflow     text COLLATE "C" NOT NULL,
    status       text COLLATE "C" NOT NULL,
    mode         text    NOT NULL,
    owner        text,
    version      text,
    tags         text[]  NOT NULL,
    error        text,
    input_json   text    NOT NULL,
    output_json  text
) WITH (fillfactor = 80);

CREATE INDEX workflow_runs_due ON workflow_runs (due_ms, run_id, workflow)
    WHERE status = 'running' AND due_ms IS NOT NULL;

CREATE INDEX workflow_runs_created ON workflow_runs (created_ms, run_id);

CREATE INDEX workflow_runs_status ON workflow_runs (status, created_ms, run_id);

CREATE INDEX workflow_runs_workflow ON workflow_runs (workflow, created_ms, run_id);

-- began_ms is when the attempt that the row stands for began, touched_ms when the row was last written. A time of 0 counts as
-- none, as it does in the model. There is no foreign key: apply_changes looks at the run under its lock anyway, and to look
-- twice costs as much as the insert.
CREATE TABLE workflow_step (
    run_id        text COLLATE "C" NOT NULL,
    key           text COLLATE "C" NOT NULL,
    epoch         bigint  NOT NULL DEFAULT 0,
    due_ms        bigint,
    created_ms    bigint  NOT NULL,
    scheduled_ms  bigint,
    running_ms    bigint,
    completed_ms  bigint,
    began_ms      bigint  GENERATED ALWAYS AS (coalesce(nullif(running_ms, 0), nullif(scheduled_ms, 0), created_ms)) STORED,
    touched_ms    bigint  GENERATED ALWAYS AS (greatest(created_ms, scheduled_ms, running_ms, completed_ms)) STORED,
    position      integer NOT NULL,
    attempt_count integer NOT NULL,
    remote        boolean NOT NULL,
    status        text COLLATE "C" NOT NULL,
    kind          text    NOT NULL,
    name          text    NOT NULL,
    rpc_name      text COLLATE "C",
    owner         text,
    policy        text,
    seen          text,
    description   text,
    error         text,
    data_json     text,
    result_json   text,
    PRIMARY KEY (run_id, key)
) WITH (fillfactor = 90);

CREATE INDEX workflow_step_due ON workflow_step (due_ms, run_id, key, rpc_name)
    WHERE remote AND status IN ('pending', 'scheduled', 'running') AND due_ms IS NOT NULL;

CREATE INDEX workflow_step_unfinished ON workflow_step (run_id, key)
    WHERE status IN ('pending', 'scheduled', 'running');

-- Attempts that are behind; the last attempt of a step is the step itself. All of them failed: a step that succeeded is final.
CREATE TABLE workflow_step_history (
    attempt_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id        text COLLATE "C" NOT NULL,
    key           text COLLATE "C" NOT NULL,
    attempt_count integer NOT NULL,
    created_ms    bigint  NOT NULL,
    completed_ms  bigint  NOT NULL,
    error         text    NOT NULL
);

CREATE INDEX workflow_step_history_step ON workflow_step_history (run_id, key);

-- What a batch is made of, one type for each place where a change is written; `ord` is the place of the change in its batch.

CREATE TYPE new_run AS (
    ord integer, run_id text, workflow text, mode text, owner text, ttl_ms bigint, version text, tags text[], input_json text
);

CREATE TYPE new_step AS (
    ord integer, run_id text, run_epoch bigint, key text, name text, kind text, "position" integer, rpc_name text,
    remote boolean, policy text, seen text, description text, data_json text,
    status text, attempt_count integer, result_json text, error text, due_in bigint, ran_ms bigint,
    failed_attempt integer, failed_error text, failed_ran_ms bigint
);

CREATE TYPE step_move AS (
    ord integer, run_id text, key text, from_status text, from_attempt integer, run_epoch bigint, step_epoch bigint,
    only_when_due boolean,
    status text, attempt_count integer, result_json text, error text, due_in bigint, ran_ms bigint,
    failed_attempt integer, failed_error text, failed_ran_ms bigint
);

CREATE TYPE run_change AS (
    ord integer, run_id text, what text, epoch bigint, status text, output_json text, error text, abandon text,
    due_in bigint, seen_wakes bigint
);
