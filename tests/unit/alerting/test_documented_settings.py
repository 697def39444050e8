"""The page of the alerts names every setting that there is."""

from pathlib import Path
from typing import Any

import pytest

from alerting.channels.alertmanager.section import Alertmanager
from alerting.channels.email.section import Email
from alerting.channels.pagerduty.section import PagerDuty
from alerting.channels.slack.section import Slack
from alerting.channels.webhook.section import Webhook
from alerting.settings import Alerting

PAGE = (Path(__file__).parents[3] / "docs" / "alerts.md").read_text("utf-8")
SECTIONS: list[Any] = [Alerting, Alertmanager, Email, PagerDuty, Slack, Webhook]


@pytest.mark.parametrize("section", SECTIONS)
def test_each_setting_is_told(section: Any) -> None:
    files = {f"{name}_file" for name in section.model_fields}  # told with the secret
    names = [name for name in section.model_fields if name not in files]
    assert [name for name in names if f"`{name}`" not in PAGE and f".{name}." not in PAGE] == []
