"""I8: tables and indexes are sound on disk, as Postgres' own checker sees them."""

import asyncio
import os
import shutil

import asyncpg
from sqlalchemy import make_url

from deploy.postgres import wheel_binary
from deploy.roles import SERVICES
from deploy.verify.invariant import Finding

CODE, SENTENCE = "I8", "no page of a table and no index is damaged (pg_amcheck)"


async def check_storage(verify_url: str) -> Finding:
    """Run pg_amcheck over the product's schemas; skipped where it or its extension is not to be had."""
    program = shutil.which("pg_amcheck") or str(wheel_binary("pg_amcheck") or "")
    if not program:
        return Finding(CODE, SENTENCE, skipped="pg_amcheck is not installed here")
    connection = await asyncpg.connect(verify_url)
    try:
        present = await connection.fetchval("SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'amcheck')")
    finally:
        await connection.close()
    if not present:
        return Finding(CODE, SENTENCE, skipped="the extension amcheck is not installed in this database")
    url = make_url(verify_url)
    schemas = [part for schema in ("platform", *SERVICES) for part in ("--schema", schema)]
    process = await asyncio.create_subprocess_exec(
        *(program, "--no-password", "--no-strict-names", "--heapallindexed", *schemas, str(url.database)),
        env={
            **os.environ,
            "PGHOST": str(url.host),
            "PGPORT": str(url.port or 5432),
            "PGUSER": str(url.username),
            "PGPASSWORD": str(url.password),
        },
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    if process.returncode == 0:
        return Finding(CODE, SENTENCE)
    lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
    return Finding(CODE, SENTENCE, tuple(lines) or (f"pg_amcheck ended with status {process.returncode}",))
