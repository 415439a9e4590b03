"""Decides which database roles exist, what each may do, and where their passwords come from."""

import hashlib
import hmac
import os
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import asyncpg
from sqlalchemy import make_url

from deploy.state import STATE_DIR, new_password, read_json, write_private_json, write_private_text

ROLES = ("tw_owner", "tw_inventory", "tw_ads", "tw_planning", "tw_verify")
SERVICES = ("inventory", "ads", "planning")
SQL = Path(__file__).parent / "sql"
OLDEST_SERVER = 150000


class RoleError(RuntimeError):
    """The database roles are not as they must be, and this connection may not change them."""


@dataclass(frozen=True, slots=True)
class DatabaseUrls:
    """The same database as seen by each role; `admin` is None when nobody may administer it from here."""

    admin: str | None
    owner: str
    verify: str
    inventory: str
    ads: str
    planning: str

    def of_service(self, service: str) -> str:
        """The URL of a service's runtime role."""
        return {"inventory": self.inventory, "ads": self.ads, "planning": self.planning}[service]


def generated_passwords(state_path: Path) -> dict[str, str]:
    """Random passwords of this checkout's roles, made once and kept in a private file."""
    state = read_json(state_path)
    known: dict[str, str] = state.get("roles", {})
    missing = {role: new_password() for role in ROLES if role not in known}
    if missing:
        known = known | missing
        write_private_json(state_path, state | {"roles": known})
    return known


def passwords_for(admin_url: str) -> dict[str, str]:
    """The passwords of the roles on a server given by DATABASE_URL.

    `TW_OWNER_PASSWORD` and so on come first. Otherwise they are derived from the administrator's password, so
    that every checkout and machine with the same DATABASE_URL agrees without sharing a file; scrypt keeps a
    service's password from telling the administrator's. Without either, random ones are kept in a file.
    """
    password = make_url(admin_url).password
    passwords: dict[str, str] = {}
    for role in ROLES:
        given = os.environ.get(f"{role.upper()}_PASSWORD")
        if given:
            passwords[role] = given
        elif password:
            passwords[role] = hmac.digest(_stretched(str(password)), role.encode(), "sha256").hex()[:48]
        else:
            passwords[role] = generated_passwords(STATE_DIR / "roles.json")[role]
    return passwords


@lru_cache(maxsize=8)
def _stretched(password: str) -> bytes:
    return hashlib.scrypt(password.encode(), salt=b"tradewind roles", n=2**14, r=8, p=1, dklen=32)


def urls_for(admin_url: str, passwords: dict[str, str]) -> DatabaseUrls:
    """The URL of each role on the server and database that `admin_url` names."""

    def of(role: str) -> str:
        url = make_url(admin_url).set(drivername="postgresql", username=role, password=passwords[role])
        return url.render_as_string(hide_password=False)

    return DatabaseUrls(
        admin=make_url(admin_url).set(drivername="postgresql").render_as_string(hide_password=False),
        owner=of("tw_owner"),
        verify=of("tw_verify"),
        inventory=of("tw_inventory"),
        ads=of("tw_ads"),
        planning=of("tw_planning"),
    )


async def ensure_roles(urls: DatabaseUrls, passwords: dict[str, str]) -> None:
    """Create what is missing of roles, schemas and default privileges; nothing else is changed.

    RoleError when a role has another password than ours, or when the connection may not create what is
    missing: it then names a file with the exact statements for an administrator.
    """
    if urls.admin is None:
        return
    admin = await asyncpg.connect(urls.admin)
    try:
        if admin.get_server_version() < (OLDEST_SERVER // 10000, 0):
            raise RoleError(f"Postgres {admin.get_server_version().major} is too old: 15 or later is needed")
        present = {row["rolname"] for row in await admin.fetch("SELECT rolname FROM pg_roles")}
        foreign = [role for role in ROLES if role in present and not await _can_log_in(_url_of(urls, role))]
        if foreign:
            raise RoleError(
                f"These roles exist with another password than this installation's: {', '.join(foreign)}. "
                "Give theirs as " + ", ".join(f"{role.upper()}_PASSWORD" for role in foreign) + ", or replace "
                f"them by running, as an administrator: psql -f {_write_script(urls, passwords)}"
            )
        try:
            if not present.issuperset(ROLES):
                await admin.execute(rendered_roles(passwords))
            await admin.execute((SQL / "schemas.sql").read_text())
        except asyncpg.InsufficientPrivilegeError as error:
            await admin.execute("ROLLBACK")
            if not await _is_prepared(admin):
                raise RoleError(
                    f"The user of DATABASE_URL may not create Tradewind's roles and schemas ({error}). "
                    f"Ask an administrator to run this once, then try again: psql -f {_write_script(urls, passwords)}"
                ) from None
    finally:
        await admin.close()


async def apply_grants(owner_url: str) -> None:
    """Withdraw, after a migration, what the default privileges give too much."""
    owner = await asyncpg.connect(owner_url)
    try:
        await owner.execute((SQL / "grants.sql").read_text())
    finally:
        await owner.close()


async def ensure_database(admin_url: str, maintenance_database: str = "postgres") -> None:
    """Create the database that `admin_url` names, when it does not exist and that is allowed."""
    url = make_url(admin_url)
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    try:
        await (await asyncpg.connect(plain)).close()
    except asyncpg.InvalidCatalogNameError:
        elsewhere = url.set(drivername="postgresql", database=maintenance_database)
        admin = await asyncpg.connect(elsewhere.render_as_string(hide_password=False))
        try:
            name = str(url.database).replace('"', '""')
            await admin.execute(f"CREATE DATABASE \"{name}\" TEMPLATE template0 ENCODING 'UTF8'")
        except asyncpg.InsufficientPrivilegeError:
            raise RoleError(f"The database {url.database} does not exist; create it or name another") from None
        finally:
            await admin.close()


def rendered_roles(passwords: dict[str, str]) -> str:
    """roles.sql with its psql variables filled in."""

    def literal(match: re.Match[str]) -> str:
        return "'" + passwords[match[1]].replace("'", "''") + "'"

    return re.sub(r":'(tw_[a-z]+)_password'", literal, (SQL / "roles.sql").read_text())


def _write_script(urls: DatabaseUrls, passwords: dict[str, str]) -> Path:
    """A private file with all statements that an administrator must run in this database."""
    database = str(make_url(urls.owner).database).replace('"', '""')
    path = STATE_DIR / "prepare.sql"
    script = f'\\connect "{database}"\n' + rendered_roles(passwords) + (SQL / "schemas.sql").read_text()
    write_private_text(path, script)
    return path


def _url_of(urls: DatabaseUrls, role: str) -> str:
    return str(getattr(urls, role.removeprefix("tw_")))


async def _can_log_in(url: str) -> bool:
    try:
        connection = await asyncpg.connect(url)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError):
        return False
    except asyncpg.InsufficientPrivilegeError:
        return True  # The password is right; the right to connect to this database comes with the schemas.
    await connection.close()
    return True


async def _is_prepared(admin: "asyncpg.Connection[asyncpg.Record]") -> bool:
    """Whether somebody else has already made the roles and their schemas."""
    roles = await admin.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = ANY($1)", list(ROLES))
    schemas = await admin.fetchval(
        "SELECT count(*) FROM pg_namespace WHERE nspname = ANY($1) AND nspowner = 'tw_owner'::regrole",
        ["platform", *SERVICES],
    )
    return bool(roles == len(ROLES) and schemas == len(SERVICES) + 1)
