"""What a schema cannot say: when "now" is, and what a file of payments looks like."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import schemathesis
from hypothesis import strategies as st

# Payments happen since 1970 and never in the future.
moments = st.datetimes(datetime(1970, 1, 2), datetime(2025, 12, 31), timezones=st.just(timezone.utc))
schemathesis.openapi.format("date-time", moments.map(lambda at: at.isoformat().replace("+00:00", "Z")))

rows = st.tuples(
    moments.map(lambda at: at.date().isoformat()),
    st.integers(1, 10**9).map(lambda cents: f"{cents // 100}.{cents % 100:02}"),
    st.sampled_from(["paid", "on_time", "late", "missed", "disputed"]),
)
files = st.lists(rows, min_size=1, max_size=5).map(
    lambda lines: "\n".join(["date,amount,status", *map(",".join, lines)]) + "\n"
)
schemathesis.openapi.media_type("text/csv", files.map(str.encode))


@schemathesis.serializer("text/csv")
def csv(_: schemathesis.SerializationContext, value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
