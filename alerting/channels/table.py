"""The channels by the type that the settings name."""

from typing import assert_never

from alerting.channels.alertmanager.channel import AlertmanagerChannel
from alerting.channels.alertmanager.section import Alertmanager
from alerting.channels.email.channel import EmailChannel
from alerting.channels.email.section import Email
from alerting.channels.outcome import Channel
from alerting.channels.pagerduty.channel import PagerDutyChannel
from alerting.channels.pagerduty.section import PagerDuty
from alerting.channels.slack.channel import SlackChannel
from alerting.channels.slack.section import Slack
from alerting.channels.webhook.channel import WebhookChannel
from alerting.channels.webhook.section import Webhook
from alerting.settings import AnyChannel


def channel_of(section: AnyChannel) -> Channel:
    """Make the channel; nothing is connected before the first notice."""
    match section:
        case Slack():
            return SlackChannel(section)
        case PagerDuty():
            return PagerDutyChannel(section)
        case Alertmanager():
            return AlertmanagerChannel(section)
        case Email():
            return EmailChannel(section)
        case Webhook():
            return WebhookChannel(section)
        case _:
            assert_never(section)
