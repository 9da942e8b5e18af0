"""What a schema cannot say: when "now" is, how a file is sent, and what the run itself still needs."""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import Any

import schemathesis
from hypothesis import strategies as st

# Payments happen since 1970 and never in the future.
moments = st.datetimes(datetime(1970, 1, 2), datetime(2025, 12, 31), timezones=st.just(timezone.utc))
schemathesis.openapi.format("date-time", moments.map(lambda at: at.isoformat().replace("+00:00", "Z")))


@schemathesis.serializer("text/csv")
def csv(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@schemathesis.hook
def before_call(_: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Keeps the agent of the examples: without it, every later request would end at 404 or 409."""
    takes_away = case.method == "DELETE" or case.path.endswith("/archive")
    if takes_away and case.path_parameters.get("id") in os.environ["CONTRACT_AGENT"].split():
        case.path_parameters["id"] = "nobody"
