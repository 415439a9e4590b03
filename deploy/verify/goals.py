"""I11: goals and plans hang together: children lie in their parents, months in their cycle, nobody approves alone."""

from deploy.verify.invariant import Invariant

GOALS = Invariant(
    code="I11",
    sentence="objectives form a forest inside their parents' days, initiatives do not wait in circles, plans keep to"
    " their cycle, and what is approved was approved by somebody else",
    tables=("planning.objective", "planning.dependency", "planning.plan_line", "planning.plan_author"),
    queries={
        "an objective does not lie in its parent's days": """
            SELECT format('objective %s', o.id)
            FROM planning.objective AS o
            JOIN planning.objective AS p ON p.tenant_id = o.tenant_id AND p.id = o.parent_id
            JOIN planning.cycle AS c ON c.tenant_id = o.tenant_id AND c.id = o.cycle_id
            JOIN planning.cycle AS d ON d.tenant_id = p.tenant_id AND d.id = p.cycle_id
            WHERE c.start_date < d.start_date OR c.end_date > d.end_date
        """,
        "objectives stand below themselves": """
            WITH RECURSIVE line AS (
                SELECT tenant_id, id, parent_id, id AS from_id FROM planning.objective WHERE parent_id IS NOT NULL
                UNION
                SELECT l.tenant_id, o.id, o.parent_id, l.from_id FROM line AS l
                JOIN planning.objective AS o ON o.tenant_id = l.tenant_id AND o.id = l.parent_id
            )
            SELECT DISTINCT format('objective %s', from_id) FROM line WHERE parent_id = from_id
        """,
        "an initiative waits for itself": """
            WITH RECURSIVE line AS (
                SELECT tenant_id, from_id, to_id FROM planning.dependency
                UNION
                SELECT l.tenant_id, l.from_id, d.to_id FROM line AS l
                JOIN planning.dependency AS d ON d.tenant_id = l.tenant_id AND d.from_id = l.to_id
            )
            SELECT format('initiative %s', from_id) FROM line WHERE from_id = to_id
        """,
        "a planned month lies outside the plan's cycle": """
            SELECT format('plan %s, %s in %s', l.plan_id, l.metric_code, l.month_date)
            FROM planning.plan_line AS l
            JOIN planning.plan AS p ON p.tenant_id = l.tenant_id AND p.id = l.plan_id
            JOIN planning.cycle AS c ON c.tenant_id = p.tenant_id AND c.id = p.cycle_id
            WHERE l.month_date < c.start_date
               OR (l.month_date + interval '1 month' - interval '1 day')::date > c.end_date
        """,
        "somebody approved a plan that they have written in": """
            SELECT format('plan %s', p.id)
            FROM planning.plan AS p
            JOIN planning.plan_author AS a
              ON a.tenant_id = p.tenant_id AND a.plan_id = p.id AND a.principal_id = p.approved_by
        """,
        "procurement was handed a plan that production has not acknowledged": """
            SELECT format('plan %s', h.plan_id)
            FROM planning.handoff AS h
            WHERE h.receiver = 'procurement' AND NOT EXISTS (
                SELECT FROM planning.handoff AS b
                WHERE b.tenant_id = h.tenant_id AND b.plan_id = h.plan_id
                  AND b.receiver = 'production' AND b.status = 'acknowledged'
            )
        """,
        "a closed review has a red gap without a cause": """
            SELECT format('review %s, gap %s', r.id, g.gap ->> 'ref')
            FROM planning.review AS r
            CROSS JOIN LATERAL jsonb_array_elements(r.prefill -> 'gaps') AS g (gap)
            WHERE r.status = 'closed' AND g.gap ->> 'status' = 'red' AND NOT EXISTS (
                SELECT FROM planning.review_finding AS f
                WHERE f.tenant_id = r.tenant_id AND f.review_id = r.id
                  AND f.gap_ref = g.gap ->> 'ref' AND f.cause IS NOT NULL
            )
        """,
    },
)
