"""The process that carries out the operations of ads: `python -m services.ads.worker`."""

from services.ads.actions.import_registry import IMPORTS
from services.ads.settings import AdsSettings
from shared.jobs.import_run import import_operation
from shared.jobs.operations import OperationKind
from shared.jobs.worker import run_worker
from shared.web.logs import configure_logs

OPERATION_KINDS: tuple[OperationKind, ...] = (import_operation(IMPORTS),)


def main() -> None:
    """Work until told to stop."""
    settings = AdsSettings()
    configure_logs("ads", settings.log_level)
    run_worker(
        "ads",
        OPERATION_KINDS,
        settings,
        concurrency=settings.worker_concurrency,
        preload=("services.ads.worker", "services.ads.actions.import_registry"),
    )


if __name__ == "__main__":
    main()
