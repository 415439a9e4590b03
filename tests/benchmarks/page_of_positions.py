"""A page of 100 stock positions through the whole service, beside a bare handler that passes on the same JSON."""

import asyncio
import contextlib
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import asyncpg
import uvloop

from deploy.roles import DatabaseUrls
from services.inventory.queries.stock_positions import STOCK_POSITIONS
from shared.core.ids import new_id
from tests.benchmarks.measurement import Measurement
from tests.support import database as databases
from tests.support.tenants import Tenant, create_tenant

ROWS, PAGE, CONNECTIONS = 2_000, 100, 16
LIMIT = 0.25
PATH = "/v1/stock-positions?limit=100"
# The same rows in the same form, asked for as one would without tenants, keys and pages.
_FIELDS = ", ".join(f'{expression} AS "{name}"' for name, expression in STOCK_POSITIONS.fields.items())
BARE_SQL = (
    f"SELECT json_build_object('items', json_agg(item))::text FROM (SELECT {_FIELDS}"
    f" FROM {STOCK_POSITIONS.source.format(as_of='NULL')} WHERE {STOCK_POSITIONS.where}"
    f" ORDER BY l.seller_sku_key, l.id LIMIT {PAGE}) item"
)
POOLS = ("amazon_sellable", "amazon_reserved", "amazon_unfulfillable", "amazon_inbound")
FILL = f"""
INSERT INTO inventory.account (tenant_id, id, code, code_key, name, version, created_at, updated_at)
    VALUES (:tenant, :account, 'main', 'main', 'Main', 1, now(), now());
INSERT INTO inventory.warehouse (tenant_id, id, code, code_key, name, version, created_at, updated_at)
    VALUES (:tenant, :warehouse, 'home', 'home', 'Home', 1, now(), now());
INSERT INTO inventory.product (tenant_id, id, code, code_key, name, carton_units, moq_units, assumed_fields, version,
        created_at, updated_at)
    SELECT :tenant, gen_random_uuid(), 'P-' || n, 'p-' || n, 'Product ' || n, 24, 100, '{{}}', 1, now(), now()
    FROM generate_series(1, {ROWS}) n;
INSERT INTO inventory.listing (tenant_id, id, account_id, marketplace, seller_sku, seller_sku_key, product_id,
        units_per_listing, asin, title, on_sale, assumed_fields, version, created_at, updated_at)
    SELECT tenant_id, gen_random_uuid(), :account, 'US', 'SKU-' || code, 'sku-' || code_key, id, 1,
        'B0' || lpad(split_part(code, '-', 2), 8, '0'), 'The title of ' || name || ' in blue, with a lid', true,
        '{{}}', 1, now(), now()
    FROM inventory.product WHERE tenant_id = :tenant;
INSERT INTO inventory.shipment (tenant_id, id, reference, reference_key, account_id, marketplace, warehouse_id, mode,
        state, departed_date, eta_date, created_by, version, created_at, updated_at)
    VALUES (:tenant, :shipment, 'S-1', 's-1', :account, 'US', :warehouse, 'slow_sea', 'departed', '2026-11-01',
        '2026-12-20', :account, 1, now(), now());
INSERT INTO inventory.stock_location (tenant_id, id, kind, listing_id, may_go_negative)
    SELECT :tenant, gen_random_uuid(), kind, id, false
    FROM inventory.listing, unnest(ARRAY{list(POOLS)}) kind WHERE tenant_id = :tenant;
INSERT INTO inventory.stock_location (tenant_id, id, kind, listing_id, shipment_id, may_go_negative)
    SELECT :tenant, gen_random_uuid(), 'in_transit', id, :shipment, false
    FROM inventory.listing WHERE tenant_id = :tenant;
INSERT INTO inventory.stock_location (tenant_id, id, kind, warehouse_id, may_go_negative)
    VALUES (:tenant, gen_random_uuid(), 'domestic', :warehouse, false);
INSERT INTO inventory.stock_balance (tenant_id, location_id, product_id, on_hand, allocated, may_go_negative)
    SELECT :tenant, place.id, listing.product_id, 1 + (random() * 500)::int, 0, false
    FROM inventory.stock_location place JOIN inventory.listing listing
        ON listing.tenant_id = place.tenant_id AND listing.id = place.listing_id
    WHERE place.tenant_id = :tenant;
INSERT INTO inventory.stock_balance (tenant_id, location_id, product_id, on_hand, allocated, may_go_negative)
    SELECT :tenant, place.id, product.id, 1 + (random() * 500)::int, 0, false
    FROM inventory.stock_location place JOIN inventory.product product ON product.tenant_id = place.tenant_id
    WHERE place.tenant_id = :tenant AND place.kind = 'domestic';
"""


class _Bare:
    """The least that can answer: a pool, a statement, the bytes."""

    def __init__(self, dsn: str, tenant_id: str) -> None:
        self._dsn, self._tenant_id = dsn, tenant_id
        self._pool: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            while True:
                message = await receive()
                if message["type"] == "lifespan.startup":
                    self._pool = await asyncpg.create_pool(self._dsn, min_size=10, max_size=10)
                    await send({"type": "lifespan.startup.complete"})
                else:
                    await self._pool.close()
                    await send({"type": "lifespan.shutdown.complete"})
                    return
        body = (await self._pool.fetchval(BARE_SQL, self._tenant_id)).encode()
        headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


def create_bare() -> _Bare:
    """The bare application, told by its environment (run by uvicorn)."""
    return _Bare(os.environ["BARE_DATABASE_URL"], os.environ["BARE_TENANT_ID"])


async def measure(quick: bool = False) -> list[Measurement]:
    """Requests per second of both, one worker each, taking turns in one run."""
    return await asyncio.to_thread(_measure, 1.0 if quick else 4.0, 3 if quick else 5)


def _measure(seconds: float, rounds: int) -> list[Measurement]:
    with databases.running_server() as server:
        template = databases.template_database(*server)
        urls = uvloop.run(databases.clone(*server, template, "page"))
        try:
            tenant = uvloop.run(_fill(urls))
            with _servers(urls, tenant) as (bare_port, service_port):
                return uvloop.run(_compare(tenant, bare_port, service_port, seconds, rounds))
        finally:
            uvloop.run(databases.drop(server[0], urls))


async def _fill(urls: DatabaseUrls) -> Tenant:
    tenant = await create_tenant(urls.owner)
    other = await create_tenant(urls.owner)
    connection = await asyncpg.connect(urls.admin)
    for each in (tenant, other):
        statements = FILL.replace(":tenant", f"'{each.id}'::uuid")
        for name in ("account", "warehouse", "shipment"):
            statements = statements.replace(f":{name}", f"'{new_id()}'::uuid")
        await connection.execute(statements)
    await connection.execute("ANALYZE")
    await connection.close()
    return tenant


@contextlib.contextmanager
def _servers(urls: DatabaseUrls, tenant: Tenant) -> Iterator[tuple[int, int]]:
    """Both applications under uvicorn with one worker each. The bare one connects as administrator: no row
    security stands in its way."""
    assert urls.admin is not None
    common = dict(os.environ)
    service = common | {
        "INVENTORY_DATABASE_URL": urls.inventory,
        "INVENTORY_RATE_LIMIT_QUOTA": "1000000000",
    }
    bare = common | {"BARE_DATABASE_URL": urls.admin, "BARE_TENANT_ID": str(tenant.id)}
    with contextlib.ExitStack() as stack:
        ports = []
        for application, environment in (
            ("tests.benchmarks.page_of_positions:create_bare", bare),
            ("services.inventory.app:create_app", service),
        ):
            port = _free_port()
            ports.append(port)
            command = [sys.executable, "-m", "uvicorn", "--factory", application, "--port", str(port)]
            command += ["--no-access-log", "--log-level", "warning", "--workers", "1"]
            process = stack.enter_context(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
            stack.callback(process.terminate)
        for port in ports:
            _wait_for(port)
        yield ports[0], ports[1]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing answers on port {port}")


async def _compare(tenant: Tenant, bare_port: int, service_port: int, seconds: float, rounds: int) -> list[Measurement]:
    head = f"GET {PATH} HTTP/1.1\r\nHost: localhost\r\n"
    bare = (bare_port, f"{head}\r\n".encode())
    service = (service_port, f"{head}Authorization: Bearer {tenant.key}\r\n\r\n".encode())
    for port, request in (bare, service):
        await _requests_per_second(port, request, seconds / 2)
    pairs = []
    for _ in range(rounds):
        pairs.append((await _requests_per_second(*bare, seconds), await _requests_per_second(*service, seconds)))
    bare_rate = statistics.median(pair[0] for pair in pairs)
    service_rate = statistics.median(pair[1] for pair in pairs)
    ratio = statistics.median(pair[1] / pair[0] for pair in pairs)
    note = f"{CONNECTIONS} connections, {rounds} rounds of {seconds:g} s each, taking turns"
    return [
        Measurement("bare handler, JSON built by Postgres", bare_rate, "requests/s", note=note),
        Measurement("service: key, tenant, row security, pages", service_rate, "requests/s"),
        Measurement("service / bare", ratio, "", limit=LIMIT, must_be="at least", note="the aim is 0.5"),
    ]


async def _requests_per_second(port: int, request: bytes, seconds: float) -> float:
    """How many whole answers come back on kept-alive connections in the given time."""
    deadline = time.perf_counter() + seconds
    began = time.perf_counter()
    done = sum(await asyncio.gather(*(_ask(port, request, deadline) for _ in range(CONNECTIONS))))
    return done / (time.perf_counter() - began)


async def _ask(port: int, request: bytes, deadline: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    done = 0
    try:
        while time.perf_counter() < deadline:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode())
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
            body = await reader.readexactly(length)
            done += 1
        if body.count(b'"seller_sku"') != PAGE:
            raise RuntimeError("the page does not have 100 rows")
    finally:
        writer.close()
    return done
