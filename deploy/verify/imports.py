"""I4: an import has done what its chunks have done, each of them once."""

from deploy.verify.invariant import Invariant

IMPORTS = Invariant(
    code="I4",
    sentence="an import's counts are the sums of its chunks, and its chunks follow each other without a gap",
    tables=("platform.import", "platform.import_chunk", "platform.import_row_error", "platform.operation"),
    queries={
        "counts differ from the chunks'": """
            SELECT format('import %s: %s applied and %s unchanged, chunks %s and %s', i.id, i.rows_applied,
                          i.rows_unchanged, c.applied, c.unchanged)
            FROM platform.import i LEFT JOIN (
                SELECT tenant_id, import_id, sum(rows_applied) AS applied, sum(rows_unchanged) AS unchanged
                FROM platform.import_chunk GROUP BY tenant_id, import_id
            ) c ON c.tenant_id = i.tenant_id AND c.import_id = i.id
            WHERE i.duplicate_of IS NULL
              AND (i.rows_applied, i.rows_unchanged) <> (coalesce(c.applied, 0), coalesce(c.unchanged, 0))
        """,
        "a chunk is missing": """
            SELECT format('import %s: %s chunks, the last is number %s', import_id, count(*), max(position))
            FROM platform.import_chunk GROUP BY tenant_id, import_id HAVING count(*) <> max(position) + 1
        """,
        "a chunk was written by an attempt that never was": """
            SELECT format('import %s chunk %s', c.import_id, c.position) FROM platform.import_chunk c
            JOIN platform.import i ON i.tenant_id = c.tenant_id AND i.id = c.import_id
            JOIN platform.operation o ON o.tenant_id = i.tenant_id AND o.id = i.operation_id
            WHERE c.attempt > o.attempt OR c.attempt < 1
        """,
        "rows were refused but not counted": """
            SELECT format('import %s: %s counted', i.id, i.rows_rejected) FROM platform.import i
            WHERE i.rows_rejected = 0 AND EXISTS (
                SELECT FROM platform.import_row_error e WHERE e.tenant_id = i.tenant_id AND e.import_id = i.id)
        """,
    },
)
