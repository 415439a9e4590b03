"""I3: what was answered to a keyed request is kept only where its effect was; the other half needs the client's log.

A fault test that knows what was acknowledged, refused and unknown checks the rest against its own log.
"""

from deploy.verify.invariant import Invariant

ANSWERS = Invariant(
    code="I3",
    sentence="a kept answer is a final one: no server error, none from the future",
    tables=("platform.idempotency_key",),
    queries={
        "a server error was kept as the answer": """
            SELECT format('%s key %s: status %s', service, key, status) FROM platform.idempotency_key
            WHERE status NOT BETWEEN 200 AND 499
        """,
        "an answer is from the future": """
            SELECT format('%s key %s: %s', service, key, created_at) FROM platform.idempotency_key
            WHERE created_at > clock_timestamp() + interval '5 minutes'
        """,
    },
)
