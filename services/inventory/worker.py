"""The process that carries out inventory's operations: `python -m services.inventory.worker`."""

from services.inventory.actions.import_registry import IMPORTS
from services.inventory.actions.run_replenishment import KIND as REPLENISHMENT_RUN
from services.inventory.actions.run_replenishment import run_replenishment
from services.inventory.settings import InventorySettings
from shared.jobs.import_run import import_operation
from shared.jobs.operations import OperationKind
from shared.jobs.worker import run_worker
from shared.web.logs import configure_logs

OPERATION_KINDS: tuple[OperationKind, ...] = (
    import_operation(IMPORTS),
    OperationKind(REPLENISHMENT_RUN, run_replenishment),
)


def main() -> None:
    """Work until told to stop."""
    settings = InventorySettings()
    configure_logs("inventory", settings.log_level)
    run_worker(
        "inventory",
        OPERATION_KINDS,
        settings,
        concurrency=settings.worker_concurrency,
        preload=(
            "services.inventory.worker",
            "services.inventory.actions.run_replenishment",
            "services.inventory.actions.import_registry",
            "services.inventory.actions.number_daily_sales",
        ),
    )


if __name__ == "__main__":
    main()
