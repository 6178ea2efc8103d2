"""The same replay on Spark and on Dask: customers stay together, and each part is one frame."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from cxjourney.bulk._cells import EPOCH
from cxjourney.bulk._engine._tables import MICROSECOND
