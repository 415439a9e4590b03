"""I6: long work ends once, and what has not ended has somebody to go on with it."""

from deploy.verify.invariant import Invariant

OPERATIONS = Invariant(
    code="I6",
    sentence="an operation has one end, its result is visible with it, and no unfinished one lacks a job",
    tables=("platform.operation", "platform.pgqueuer", "inventory.replenishment_run"),
    queries={
        "an end is not an end": """
            SELECT format('operation %s: %s', id, state) FROM platform.operation
            WHERE (state IN ('succeeded', 'failed', 'cancelled')) <> (finished_at IS NOT NULL)
               OR (state = 'failed') <> (problem IS NOT NULL)
               OR (state <> 'succeeded' AND result_url IS NOT NULL)
               OR (state = 'succeeded' AND progress_done <> progress_total)
               OR (state <> 'pending' AND started_at IS NULL AND state <> 'cancelled')
               OR finished_at < created_at
        """,
        "an unfinished operation has no job": """
            SELECT format('operation %s: %s', o.id, o.state) FROM platform.operation o
            WHERE o.state IN ('pending', 'running') AND o.updated_at < clock_timestamp() - interval '1 minute'
              AND NOT EXISTS (SELECT FROM platform.pgqueuer j
                              WHERE substring(j.payload FROM 17) = uuid_send(o.id))
        """,
        "a run is complete and its operation is not, or the other way round": """
            SELECT format('run %s: %s, operation %s', r.id, r.state, o.state) FROM inventory.replenishment_run r
            JOIN platform.operation o ON o.tenant_id = r.tenant_id AND o.id = r.operation_id
            WHERE (r.state = 'complete') <> (o.state = 'succeeded')
        """,
    },
)
