"""The ledger as a run asks it: of Kafka, which has to answer before anything is published."""

from connections.proof import KafkaLog
from connections.sources import load
from sla.commands.options import Office
from sla.estate import Subject
from sla.ledger.balance import Asked, balance_of
from sla.ledger.ledger import Ledger
from sla.ledger.log import Unanswered
from sla.ledger.settings import LedgerSettings
from sla.run import Balance
from sla.staging.staged import Staging
from sluice.terminal import Fault


def balancing(place: Office) -> Balance:
    """Balance objects by the settings; Fault with the way out where Kafka does not answer."""
    settings = load(LedgerSettings, place.sources)
    log = KafkaLog(settings.kafka)

    def balance(subject: Subject, staging: Staging) -> Ledger:
        try:
            return balance_of(subject, place.storage, log, Asked(groups=settings.groups, staging=staging))
        except Unanswered as silent:
            raise Fault(
                f"{silent}; what is published must be complete, and only Kafka knows: run again when it answers, "
                "or with --without-ledger"
            ) from None

    return balance
