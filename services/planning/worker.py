"""The process that carries out the operations of planning: `python -m services.planning.worker`."""

from datetime import timedelta
from functools import partial

from services.planning.actions.import_registry import IMPORTS
from services.planning.actions.pull_readings import Clients, pull_readings
from services.planning.actions.start_feed_pull import KIND as FEED_PULL
from services.planning.actions.start_feed_pull import pull_regularly
from services.planning.clients.metric_readings import MetricReadingsClient
from services.planning.domain.feeds import Provider
from services.planning.settings import PlanningSettings
from shared.jobs.import_run import import_operation
from shared.jobs.operations import OperationKind
from shared.jobs.worker import run_worker
from shared.web.logs import configure_logs


def operation_kinds(clients: Clients) -> tuple[OperationKind, ...]:
    """What this worker carries out; pulls ask the providers through these clients."""
    return (
        import_operation(IMPORTS),
        OperationKind(FEED_PULL, partial(pull_readings, clients=clients)),
    )


def clients_of(settings: PlanningSettings) -> Clients:
    """A client of each provider, where the settings say it answers."""
    urls = {Provider.INVENTORY: settings.inventory_url, Provider.ADS: settings.ads_url}
    return {each: MetricReadingsClient(each, url, settings.secret) for each, url in urls.items()}


def main() -> None:
    """Work until told to stop."""
    settings = PlanningSettings()
    configure_logs("planning", settings.log_level)
    interval = timedelta(minutes=settings.feed_interval_minutes)
    run_worker(
        "planning",
        operation_kinds(clients_of(settings)),
        settings,
        concurrency=settings.worker_concurrency,
        preload=("services.planning.actions.import_registry",),
        beside=(partial(pull_regularly, interval=interval),) if interval and settings.secret is not None else (),
    )


if __name__ == "__main__":
    main()
