"""Runs the full contract test of the services: `python -m tests.contracts [SERVICE …] [--max-examples N] [--seed N]`.

Every check and phase of schemathesis against real processes on a database of its own, with data of two tenants.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from deploy.roles import SERVICES
from tests.contracts.schemathesis_run import FULL_EXAMPLES, run
from tests.contracts.seed import leave_work_undone, seed
from tests.support import database as databases
from tests.support.processes import running_services
from tests.support.tenants import create_tenant

SETTINGS = {"RATE_LIMIT_QUOTA": "1000000000"}


def main() -> None:
    """Test and print what schemathesis says; end with an error when it found anything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("services", nargs="*", help=f"which of {', '.join(SERVICES)}; all by default")
    parser.add_argument("--max-examples", type=int, default=FULL_EXAMPLES)
    parser.add_argument("--seed", type=int, default=None, help="another seed than the configured one")
    parser.add_argument("--schemathesis", default="", help="further arguments, such as '--phases fuzzing'")
    arguments = parser.parse_args()
    failed = []
    with databases.running_server() as server, tempfile.TemporaryDirectory() as folder:
        template = databases.template_database(*server)
        urls = asyncio.run(databases.clone(*server, template, "contracts"))
        try:
            for service in arguments.services or SERVICES:
                _say(f"== {service}")
                tenants = [asyncio.run(create_tenant(urls.owner)) for _ in range(2)]
                with running_services(urls, [service], logs=Path(folder), settings=SETTINGS) as services:
                    url = services[service].url
                    known = dict(asyncio.run(seed(service, url, tenants[0].key)))
                    for worker in services[service].workers:
                        worker.stop()
                    undone = asyncio.run(leave_work_undone(service, url, tenants[0].key))
                    known["path.operation_id"] = undone
                    outcome = run(
                        url,
                        (tenants[0].key, tenants[1].key),
                        Path(folder) / service,
                        max_examples=arguments.max_examples,
                        seed=arguments.seed,
                        known_values=known,
                        arguments=arguments.schemathesis.split(),
                    )
                _say(outcome.output)
                if not outcome.succeeded:
                    failed.append(service)
        finally:
            asyncio.run(databases.drop(server[0], urls))
    _say(f"failed: {', '.join(failed)}" if failed else "0 failures, 0 warnings")
    sys.exit(1 if failed else 0)


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
