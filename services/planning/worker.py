"""The process that carries out planning's operations: `python -m services.planning.worker`; it has none so far."""

from services.planning.settings import PlanningSettings
from shared.jobs.operations import OperationKind
from shared.jobs.worker import run_worker
from shared.web.logs import configure_logs

OPERATION_KINDS: tuple[OperationKind, ...] = ()


def main() -> None:
    """Work until told to stop."""
    settings = PlanningSettings()
    configure_logs("planning", settings.log_level)
    run_worker("planning", OPERATION_KINDS, settings)


if __name__ == "__main__":
    main()
