"""The sweep: what is left of covariances once a driver is in (Gaussian elimination)."""

from cxjourney.wishes._arrays import Floats
from cxjourney.wishes._effects._correlations import inverse_of


def swept(table: Floats) -> Floats:
    """Return what is left of the covariances once the first driver is in, as a whole square."""
    return table[1:, 1:] - slopes(table)[:, None] * table[0, 1:]


def slopes(table: Floats) -> Floats:
    """Return by how much each of the others rises with the first driver."""
    rises: Floats = table[0, 1:] * inverse_of(table[0, 0])
    return rises
