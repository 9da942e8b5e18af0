"""Client for the trust API of a Surety instance.

`gopi_sdk.langchain` holds the LangChain callback; it is imported only on demand, because it needs langchain-core.
"""

from .client import (
    DEFAULT_BASE_URL,
    Certificate,
    GopiClient,
    GopiError,
    PaymentEvent,
    PaymentStats,
    Profile,
    ProfileCertificate,
    __version__,
)

__all__ = [
    "DEFAULT_BASE_URL",
    "Certificate",
    "GopiClient",
    "GopiError",
    "PaymentEvent",
    "PaymentStats",
    "Profile",
    "ProfileCertificate",
    "__version__",
]
