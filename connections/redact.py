"""Words of other programs before they go into ours: whatever looks like a secret is cut out."""

import re
from typing import Final

HIDDEN: Final = "***"
_KEYS: Final = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL | re.IGNORECASE
)
_NAMED: Final = re.compile(
    r"""(?P<name>[\w.-]*(?:password|passwd|secret|token|credential|api[_-]?key|jaas\.config|keystore\.key)[\w.-]*["']?)
    (?P<sign>\s*(?:=>|=|:)\s*)
    (?:"(?:[^"\\]|\\.)*(?:"|\Z)|'(?:[^']|'')*(?:'|\Z)|[^\s,;)}\]]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_URL: Final = re.compile(r"(?P<scheme>\b[a-z][a-z0-9+.-]*://)[^\s/@]+@", re.IGNORECASE)
_BEARER: Final = re.compile(r"\b(?P<kind>Bearer|Basic) +[\w.~+/=-]{6,}", re.IGNORECASE)


def redacted(text: str) -> str:
    """The text without what follows a word like password, without private keys and without logins in addresses.

    >>> redacted('sasl.jaas.config = org.A required username="u" password="a b";')
    'sasl.jaas.config = *** required username="u" password=***;'
    """
    without = _KEYS.sub(HIDDEN, text)
    without = _NAMED.sub(rf"\g<name>\g<sign>{HIDDEN}", without)
    without = _BEARER.sub(rf"\g<kind> {HIDDEN}", without)
    return _URL.sub(rf"\g<scheme>{HIDDEN}@", without)
