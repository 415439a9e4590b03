"""The `tradewind` command: what an operator does from a shell."""

import asyncio
import importlib
import json
import logging
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, Any, TypeVar
from uuid import UUID

import asyncpg
import typer
from rich.console import Console
from rich.table import Column, Table

from deploy import stack
from deploy.database import embedded_cluster, find_urls, installation, prepare, uses_embedded_server
from deploy.demo_tenant import DemoKey, demo_key, mark_demo_loaded
from deploy.durations import parse_duration
from deploy.endpoint_table import endpoint_table
from deploy.import_files import import_files
from deploy.keys import (
    ALL_SCOPES,
    Connection,
    KeyRefused,
    create_key,
    ensure_principal,
    ensure_tenant,
    find_tenant,
    list_keys,
    list_tenants,
    revoke_key,
)
from deploy.postgres import PostgresError
from deploy.roles import SERVICES, RoleError
from deploy.service_keys import ensure_all_service_keys, ensure_service_keys, find_secret, local_secret
from deploy.verify.run import verify
from shared.client.base import ApiError, Unreachable
from shared.client.tradewind import OperationFailed
from shared.core.clock import utc_now

Result = TypeVar("Result")

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Tradewind: run it, migrate it, check it.",
)
key_app = typer.Typer(no_args_is_help=True, help="API keys: create, list, revoke.")
tenant_app = typer.Typer(no_args_is_help=True, help="Tenants: the companies that use this installation.")
app.add_typer(key_app, name="key")
app.add_typer(tenant_app, name="tenant")
console = Console()


@app.command()
def run(
    demo: Annotated[bool, typer.Option(help="Load a demo seller when this database has none.")] = True,
    host: Annotated[str, typer.Option(help="The address that the services listen on.")] = "127.0.0.1",
) -> None:
    """Start database, services and workers; stop all of them with Ctrl-C."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    embedded = uses_embedded_server()
    with stack.sole_runner():
        stack.check_ports()
        try:
            _run_until_interrupted(embedded, demo, host)
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            if embedded:
                embedded_cluster().stop()
    console.print("[green]✓[/] all stopped")


def _run_until_interrupted(embedded: bool, demo: bool, host: str) -> None:
    with console.status("Starting the database" if embedded else "Reaching the database"):
        urls = find_urls()
    with console.status("Migrating") as status:
        prepare(urls, report=lambda chain: status.update(f"Migrating {chain}"))
        asyncio.run(ensure_all_service_keys(urls.owner, utc_now(), local_secret()))
    console.print("[green]✓[/] database ready")
    with stack.running(stack.programs(urls, embedded=embedded, host=host)) as supervisor:
        with console.status("Starting services and workers"):
            stack.wait_until_ready(supervisor)
        console.print("[green]✓[/] services and workers ready")
        try:
            loaded = _load_demo(urls.owner) if demo else None
        except (ApiError, OperationFailed, Unreachable) as error:
            loaded = None
            console.print(f"[red]✗[/] the demo seller could not be loaded: {error}", soft_wrap=True, highlight=False)
        _show_addresses(loaded)
        while supervisor.poll() is None:
            time.sleep(0.5)
        raise stack.StackError(f"the supervisor ended by itself; see {stack.LOGS}")


def _load_demo(owner_url: str) -> DemoKey:
    """The demo seller's keys; what of its files and plans is not there yet is made through the API."""
    found = asyncio.run(demo_key(owner_url, utc_now()))
    # Its generator brings numerical libraries that no other command needs.
    importlib.import_module("deploy.demo.run").run_demo(stack.api_urls(), found.key, found.approver_key)
    mark_demo_loaded(owner_url)
    return found


def _show_addresses(demo: DemoKey | None) -> None:
    for service, url in stack.local_urls().items():
        console.print(f"  {service:10} {url}/v1   documentation: {url}/docs", soft_wrap=True)
    if demo is not None:
        example = f"curl -H 'Authorization: Bearer {demo.key}' {stack.api_urls()['inventory']}/listings"
        console.print(f"  demo key   {demo.key}", soft_wrap=True, highlight=False)
        console.print(f"  approver   {demo.approver_key}", soft_wrap=True, highlight=False)
        console.print(f"  try        {example}", soft_wrap=True, markup=False, highlight=False)
    console.print(f"Logs are in {stack.LOGS}. Ctrl-C stops everything.", soft_wrap=True)


@app.command()
def demo() -> None:
    """Load the demo seller into services that run already (from another terminal)."""
    with installation() as urls:
        found = asyncio.run(demo_key(urls.owner, utc_now()))
        importlib.import_module("deploy.demo.run").run_demo(stack.api_urls(), found.key, found.approver_key)
        mark_demo_loaded(urls.owner)
    _show_addresses(found)


@app.command()
def migrate() -> None:
    """Create what is missing of roles and schemas, and bring every schema to its newest migration."""
    with installation() as urls:
        prepare(urls, report=lambda chain: console.print(f"[green]✓[/] {chain}"))
        made = asyncio.run(ensure_all_service_keys(urls.owner, utc_now()))
        if made:
            console.print(f"[green]✓[/] {made} keys between services")


@app.command()
def openapi(
    service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")],
    as_table: Annotated[bool, typer.Option("--as-table", help="Print the operations as a Markdown table.")] = False,
) -> None:
    """Print a service's OpenAPI document; needs no database."""
    if service not in SERVICES:
        raise typer.BadParameter(f"there is no service {service}; there are {', '.join(SERVICES)}")
    logging.getLogger("fastapi").setLevel(logging.ERROR)  # it warns of libraries that are not needed
    # Nothing is connected before the application starts, but its settings want an address of the right form.
    prefix = service.upper()
    os.environ.setdefault(f"{prefix}_DATABASE_URL", f"postgresql://tw_{service}:not-connected@127.0.0.1/none")
    os.environ.setdefault(f"{prefix}_PUBLIC_URL", stack.local_urls()[service])
    # Each service is imported alone: its document must not depend on the others.
    document = importlib.import_module(f"services.{service}.app").create_app().openapi()
    told = "\n".join(endpoint_table(document)) if as_table else json.dumps(document, indent=2, ensure_ascii=False)
    sys.stdout.write(told + "\n")


@app.command("import")
def import_command(
    files: Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, help="CSV, TSV, JSON or XLSX.")],
    key: Annotated[str, typer.Option(envvar="TRADEWIND_KEY", help="An API key with the right inventory.write.")],
    url: Annotated[str, typer.Option(envvar="TRADEWIND_URL", help="The service's address, ending with /v1.")] = "",
    service: Annotated[str, typer.Option(help="The service that takes the files.")] = "inventory",
    kind: Annotated[str | None, typer.Option(help="What the files must be; recognised when left out.")] = None,
    account: Annotated[str | None, typer.Option(help="The selling account, where there are several.")] = None,
    marketplace: Annotated[str | None, typer.Option(help="Such as US or DE, where the file does not say it.")] = None,
    date_from: Annotated[str | None, typer.Option(help="First day, where the file does not say it.")] = None,
    date_to: Annotated[str | None, typer.Option(help="Last day, where the file does not say it.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The instant that a snapshot shows.")] = None,
    validate_only: Annotated[bool, typer.Option(help="Read and check everything, change nothing.")] = False,
) -> None:
    """Send files to a running service and show what became of them; status 1 when one was refused."""
    facts: dict[str, Any] = {
        "kind": kind,
        "account": account,
        "marketplace": marketplace,
        "date_from": date_from,
        "date_to": date_to,
        "as_of": as_of,
        "validate_only": validate_only or None,
    }
    address = url or stack.api_urls().get(service, "")
    if not address:
        raise typer.BadParameter(f"there is no service {service}; there are {', '.join(SERVICES)}")
    if asyncio.run(import_files(address, key, files, facts, console)):
        raise typer.Exit(1)


@app.command("verify")
def verify_command(
    storage: Annotated[bool, typer.Option(help="Also check pages and indexes with pg_amcheck.")] = True,
) -> None:
    """Check the invariants of all data; status 1 when one does not hold."""
    with installation() as urls:
        findings = asyncio.run(verify(urls, storage=storage))
    for finding in findings:
        mark = "[yellow]-[/]" if finding.skipped else "[green]✓[/]" if finding.holds else "[red]✗[/]"
        console.print(f"{mark} {finding.code} {finding.sentence}", soft_wrap=True)
        for line in (finding.skipped,) if finding.skipped else finding.violations:
            console.print(f"     {line}", soft_wrap=True, markup=False, highlight=False)
    if not all(finding.holds for finding in findings):
        raise typer.Exit(1)


@key_app.command("create")
def key_create(
    tenant: Annotated[str, typer.Option(help="The tenant's handle.")],
    scopes: Annotated[str, typer.Option(help="Comma-separated, such as inventory.read,ads.write; or all.")],
    expires_in: Annotated[str, typer.Option(help="12h, 90d, 1y; or never.")] = "90d",
    principal: Annotated[str, typer.Option(help="The person or integration that will use it.")] = "operator",
    kind: Annotated[str, typer.Option(help="person or integration.")] = "person",
    role: Annotated[str, typer.Option(help="owner, operator, analyst or machine; of a new principal.")] = "operator",
) -> None:
    """Create a key and print it: this is the only time it can be seen."""
    now = utc_now()
    try:
        expires_at = None if expires_in == "never" else now + parse_duration(expires_in)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    chosen = list(ALL_SCOPES) if scopes == "all" else [scope.strip() for scope in scopes.split(",") if scope.strip()]

    async def create(owner: Connection) -> str:
        tenant_id = await find_tenant(owner, tenant)
        if tenant_id is None:
            raise KeyRefused(f"there is no tenant {tenant}; make it with: tradewind tenant create {tenant}")
        principal_id = await ensure_principal(owner, tenant_id, principal, kind=kind, role=role, now=now)
        key = await create_key(owner, tenant_id, principal_id, scopes=chosen, expires_at=expires_at, now=now)
        return key.text

    # Alone on stdout, so that a script can catch it.
    sys.stdout.write(_as_owner(create) + "\n")


@key_app.command("list")
def key_list(tenant: Annotated[str | None, typer.Option(help="Only this tenant's.")] = None) -> None:
    """Show all keys; never their secrets."""
    now = utc_now()
    names = ("tenant", "principal", "scopes", "state", "created", "expires", "last used")
    table = Table(Column("key", no_wrap=True), *names, box=None)
    for key in _as_owner(lambda owner: list_keys(owner, tenant)):
        instants = (key.created_at, key.expires_at, key.last_used_at)
        table.add_row(
            *(key.key_id, key.tenant, key.principal, " ".join(key.scopes), key.state(now)),
            *(instant.strftime("%Y-%m-%d %H:%M") if instant else "-" for instant in instants),
        )
    console.print(table)


@key_app.command("revoke")
def key_revoke(key_id: Annotated[str, typer.Argument(help="The 12 characters after tw_live_.")]) -> None:
    """End a key at once."""
    _as_owner(lambda owner: revoke_key(owner, key_id, utc_now()))
    console.print(f"[green]✓[/] {key_id} is revoked")


@tenant_app.command("create")
def tenant_create(handle: Annotated[str, typer.Argument(help="A short name, such as acme.")]) -> None:
    """Create a tenant; nothing happens when it exists."""
    now = utc_now()

    async def create(owner: Connection) -> UUID:
        tenant_id = await ensure_tenant(owner, handle, now)
        secret = find_secret()
        if secret is not None:
            await ensure_service_keys(owner, tenant_id, secret, now)
        return tenant_id

    tenant_id = _as_owner(create)
    console.print(f"[green]✓[/] tenant {handle} ({tenant_id})")


@tenant_app.command("list")
def tenant_list() -> None:
    """Show all tenants."""
    table = Table("handle", "id", "created")
    for tenant in _as_owner(list_tenants):
        table.add_row(tenant["handle"], str(tenant["id"]), tenant["created_at"].strftime("%Y-%m-%d %H:%M"))
    console.print(table)


def _as_owner(do: Callable[[Connection], Awaitable[Result]]) -> Result:
    """Carry something out on a connection of the tables' owner."""

    async def connected(url: str) -> Result:
        owner = await asyncpg.connect(url)
        try:
            return await do(owner)
        finally:
            await owner.close()

    with installation() as urls:
        return asyncio.run(connected(urls.owner))


def main() -> None:
    """Run the command; what can be explained is said in a sentence, without a traceback."""
    try:
        app()
    except (stack.StackError, PostgresError, RoleError, KeyRefused) as error:
        Console(stderr=True).print(f"[red]✗[/] {error}", soft_wrap=True)
        raise SystemExit(1) from None
    except (ConnectionError, socket.gaierror, TimeoutError, asyncpg.PostgresError) as error:
        Console(stderr=True).print(f"[red]✗[/] the database cannot be used: {error}", soft_wrap=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
