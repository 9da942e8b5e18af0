"""Client for the trust API of a Surety instance.

One file, standard library only, Python 3.9 or newer: import it from the package `gopi_sdk`, or copy it into a project
as `gopi_client.py`.
"""

from __future__ import annotations

import http.client
import io
import json
import logging
import math
import os
import random
import re
import socket
import ssl
import time
import uuid
from datetime import date as Date
from datetime import datetime, timezone
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, TypedDict, Union, cast
from urllib.parse import quote, urlsplit

try:
    from typing import Literal
except ImportError:  # pragma: no cover
    raise ImportError("gopi_client needs Python 3.9 or newer") from None

# The instance that serves this file writes its own address into this line.
DEFAULT_BASE_URL = "http://127.0.0.1:3000"
