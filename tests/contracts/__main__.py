"""Runs the full contract test of the services: `python -m tests.contracts [SERVICE …] [--max-examples N] [--seed N]`.

Every check and phase of schemathesis against real processes on a database of its own, with data of two tenants.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from deploy.roles import SERVICES, DatabaseUrls
from tests.contracts.schemathesis_run import FULL_EXAMPLES, Outcome, run
from tests.contracts.seed import seeded_service
from tests.support import database as databases


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
                _say(f"== {service}\n")
                outcome = asyncio.run(_test(service, urls, Path(folder), arguments))
                if not outcome.succeeded:
                    failed.append(service)
        finally:
            asyncio.run(databases.drop(server[0], urls))
    _say(f"failed: {', '.join(failed)}\n" if failed else "0 failures, 0 warnings\n")
    sys.exit(1 if failed else 0)


async def _test(service: str, urls: DatabaseUrls, folder: Path, arguments: argparse.Namespace) -> Outcome:
    async with seeded_service(service, urls, folder) as seeded:
        return await asyncio.to_thread(
            run,
            seeded,
            folder / service,
            max_examples=arguments.max_examples,
            seed=arguments.seed,
            arguments=arguments.schemathesis.split(),
            say=_say,
        )


def _say(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()


if __name__ == "__main__":
    main()
