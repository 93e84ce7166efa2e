-- Payloads come last in each table, so that reading the small columns does not touch the pages that a large payload
-- overflows to. A payload column is the text of one JSON document; NULL means that there is no value, 'null' is a stored null.

CREATE TABLE workflow_runs (
    run_id       TEXT    NOT NULL PRIMARY KEY,
    workflow     TEXT    NOT NULL,
    status       TEXT    NOT NULL,
    mode         TEXT    NOT NULL,
    epoch        INTEGER NOT NULL,
    wakes        INTEGER NOT NULL DEFAULT 0,
    owner        TEXT,
    due_ms       INTEGER,
    created_ms   INTEGER NOT NULL,
    updated_ms   INTEGER NOT NULL,
    completed_ms INTEGER,
    version      TEXT,
    tags         TEXT    NOT NULL,
    error        TEXT,
    input_json   TEXT    NOT NULL,
    output_json  TEXT
) WITHOUT ROWID;

CREATE INDEX workflow_runs_due ON workflow_runs (due_ms, run_id, workflow)
    WHERE status = 'running' AND due_ms IS NOT NULL;

CREATE INDEX workflow_runs_created ON workflow_runs (created_ms, run_id);

CREATE INDEX workflow_runs_status ON workflow_runs (status, created_ms, run_id);

CREATE INDEX workflow_runs_workflow ON workflow_runs (workflow, created_ms, run_id);

-- Steps are written in the order they come, whichever run they belong to: a batch of many runs touches few pages.
-- began_ms is when the attempt that the row stands for began, touched_ms when the row was last written. A time of 0 counts as
-- none, as it does in the model.
CREATE TABLE workflow_step (
    run_id        TEXT    NOT NULL REFERENCES workflow_runs (run_id),
    key           TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    kind          TEXT    NOT NULL,
    position      INTEGER NOT NULL,
    rpc_name      TEXT,
    remote        INTEGER NOT NULL,
    status        TEXT    NOT NULL,
    attempt_count INTEGER NOT NULL,
    epoch         INTEGER NOT NULL DEFAULT 0,
    owner         TEXT,
    due_ms        INTEGER,
    created_ms    INTEGER NOT NULL,
    scheduled_ms  INTEGER,
    running_ms    INTEGER,
    completed_ms  INTEGER,
    began_ms      INTEGER AS (coalesce(nullif(running_ms, 0), nullif(scheduled_ms, 0), created_ms)),
    touched_ms    INTEGER AS (
        max(created_ms, coalesce(scheduled_ms, 0), coalesce(running_ms, 0), coalesce(completed_ms, 0))
    ),
    policy        TEXT,
    seen          TEXT,
    description   TEXT,
    error         TEXT,
    data_json     TEXT,
    result_json   TEXT,
    UNIQUE (run_id, key)
);

CREATE INDEX workflow_step_due ON workflow_step (due_ms, run_id, key, rpc_name)
    WHERE remote = 1 AND status IN ('pending', 'scheduled', 'running') AND due_ms IS NOT NULL;

CREATE INDEX workflow_step_unfinished ON workflow_step (run_id, key)
    WHERE status IN ('pending', 'scheduled', 'running');

-- Attempts that are behind; the last attempt of a step is the step itself. All of them failed: a step that succeeded is final.
CREATE TABLE workflow_step_history (
    attempt_id    INTEGER PRIMARY KEY,
    run_id        TEXT    NOT NULL,
    key           TEXT    NOT NULL,
    attempt_count INTEGER NOT NULL,
    created_ms    INTEGER NOT NULL,
    completed_ms  INTEGER NOT NULL,
    error         TEXT    NOT NULL,
    FOREIGN KEY (run_id, key) REFERENCES workflow_step (run_id, key)
);

CREATE INDEX workflow_step_history_step ON workflow_step_history (run_id, key);
