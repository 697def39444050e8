"""`sluice alerts serve`: the delivery loop, /metrics and /health."""

import signal
import sys
from threading import Event

import rich_click as click

from alerting.commands.options import Common, open_database, shared
from alerting.contracts import ContractsOnDisk
from alerting.metrics import Counts, Page
from alerting.serve import Server
from connections.logs import configure
from connections.settings import masked
from sluice.terminal import CLEAN, Fault, faults_as_sentences


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where /metrics and /health are served.")
@click.option("--port", default=9260, show_default=True, type=click.IntRange(0, 65535), help="0: any free one.")
@shared
def serve(*, host: str, port: int, common: Common) -> None:
    """Deliver what waits, tell Alertmanager again, and watch the platform, until Ctrl-C.

    Exit 0: stopped. 2: the world's fault or a bad call.
    """
    log = configure("sluice-alerts")
    with faults_as_sentences():
        settings = common.settings()
        log.info("settings", **masked(settings))
        contracts = ContractsOnDisk(common.contracts_path)
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        with open_database(settings) as database:
            server = Server(settings, contracts, database, log)
            try:
                page = Page(host, port, Counts(database, contracts), lambda: server.pulse.at)
            except OSError as error:
                raise Fault(f"{host}:{port} cannot be served: {error.strerror}") from None
            log.info("serving", host=host, port=page.port)
            try:
                server.run(stop)
            finally:
                page.close()
    log.info("stopped")
    sys.exit(CLEAN)
