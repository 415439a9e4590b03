"""The process that carries out the operations of ads: `python -m services.ads.worker`."""

from functools import partial

from services.ads.actions.import_registry import IMPORTS
from services.ads.actions.run_scoring import run_scoring
from services.ads.actions.start_scoring_run import KIND as SCORING_RUN
from services.ads.clients.inventory import InventoryClient
from services.ads.settings import AdsSettings
from shared.jobs.import_run import import_operation
from shared.jobs.import_withdrawal import withdrawal_operation
from shared.jobs.operations import OperationKind
from shared.jobs.worker import run_worker
from shared.web.logs import configure_logs


def operation_kinds(inventory: InventoryClient | None) -> tuple[OperationKind, ...]:
    """What this worker carries out; scoring runs ask `inventory`, where it is given."""
    return (
        import_operation(IMPORTS),
        withdrawal_operation(IMPORTS),
        OperationKind(SCORING_RUN, partial(run_scoring, inventory=inventory)),
    )


def main() -> None:
    """Work until told to stop."""
    settings = AdsSettings()
    configure_logs("ads", settings.log_level)
    run_worker(
        "ads",
        operation_kinds(InventoryClient(settings.inventory_url, settings.secret)),
        settings,
        concurrency=settings.worker_concurrency,
        preload=("services.ads.actions.run_scoring", "services.ads.actions.import_registry"),
    )


if __name__ == "__main__":
    main()
