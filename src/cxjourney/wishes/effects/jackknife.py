"""How residuals scatter when each row, or each cluster of rows, is judged by the others.

The design is turned so that its columns are orthonormal. A row's leverage is then its squared
length, and leaving rows out is to take their outer products from the identity.
"""

from collections.abc import Iterator

import attrs
import numpy as np

from cxjourney.wishes.arrays import Codes, Floats
from cxjourney.wishes.effects.design import BLOCK, Block, Design

__all__ = ["Residuals", "scatter", "scatter_of_clusters"]

ALONE = 1e-10
"""A row, or a direction, with less than this left of it is known from one cluster only."""

PRODUCTS = 2**22
"""Numbers at a time in the outer products of rows."""

SAFE = 0.99
"""Up to this sum of leverages a cluster can be left out without losing a direction."""


@attrs.frozen(eq=False)
class Residuals:
    """A design with what a regression left unexplained.

    Attributes:
        design: the design.
        coefficients: the coefficients of its columns.
        half: the symmetric square root of the inverse of the columns' correlations.
    """

    design: Design
    coefficients: Floats
    half: Floats

    def turned(self, size: int = BLOCK) -> Iterator[tuple[Block, Floats, Floats]]:
        """Yield each block with its turned rows (the intercept first) and weighted residuals."""
        root = np.sqrt(self.design.rows)
        for block in self.design.blocks(size):
            turned = np.empty((len(block.x) + 1, block.y.size))
            turned[0] = 1 / root
            np.matmul(self.half / root, block.x, out=turned[1:])
            left = block.y - self.coefficients @ block.x
            yield block, turned, left if block.w is None else left * block.w


def scatter(residuals: Residuals) -> Floats:
    """Return the scatter of the turned scores when each row is left out once (HC3).

    A row that alone tells something has nothing left to be judged by, and adds nothing.
    """
    size = len(residuals.coefficients)
    total = np.zeros((size, size))
    for block, turned, left in residuals.turned():
        leverage = np.einsum("kr,kr->r", turned, turned)
        rest = 1 - (leverage if block.w is None else leverage * block.w)
        alone = rest < ALONE
        scores = turned[1:] * np.where(alone, 0.0, left / np.where(alone, 1.0, rest))
        total += scores @ scores.T
    return total


def scatter_of_clusters(residuals: Residuals, clusters: Codes) -> Floats:
    """Return the scatter of the turned scores when each cluster is left out once (CR3).

    Where every cluster is one row this is ``scatter``.

    Args:
        residuals: the design and what was left unexplained.
        clusters: the cluster of each row.
    """
    order = np.argsort(clusters, kind="stable")
    size = len(residuals.coefficients)
    total = np.zeros((size, size))
    in_order = attrs.evolve(residuals, design=residuals.design.sorted_by(order))
    for grams, scores in _sums(in_order, clusters[order]):
        moved = _left_out(grams, scores)[:, 1:]
        total += moved.T @ moved
    return total


def _sums(residuals: Residuals, clusters: Codes) -> Iterator[tuple[Floats, Floats]]:
    """Yield the sums of outer products and of scores of whole clusters, many at a time.

    Args:
        residuals: the design, its rows sorted by cluster.
        clusters: the cluster of each row.
    """
    size = len(residuals.coefficients) + 1
    grams, scores, last = np.empty((0, size, size)), np.empty((0, size)), -1
    for block, turned, left in residuals.turned(max(1, PRODUCTS // size**2)):
        codes = clusters[block.rows]
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        heavy = turned if block.w is None else turned * block.w
        new_grams = np.add.reduceat(np.einsum("ir,jr->rij", heavy, turned), starts)
        new_scores = np.add.reduceat((turned * left).T, starts)
        if codes[0] == last:
            new_grams[0] += grams[-1]
            new_scores[0] += scores[-1]
            grams, scores = grams[:-1], scores[:-1]
        yield grams, scores
        yield new_grams[:-1], new_scores[:-1]
        grams, scores, last = new_grams[-1:], new_scores[-1:], codes[-1]
    yield grams, scores


def _left_out(grams: Floats, scores: Floats) -> Floats:
    """Return how far the coefficients move when each cluster is left out."""
    rest = np.eye(grams.shape[1]) - grams
    safe = np.trace(grams, axis1=1, axis2=2) < SAFE
    moved = np.empty_like(scores)
    moved[safe] = np.linalg.solve(rest[safe], scores[safe, :, None])[..., 0]
    if not safe.all():
        values, vectors = np.linalg.eigh(rest[~safe])
        alone = values < ALONE
        turned = np.einsum("gij,gi->gj", vectors, scores[~safe])
        turned *= np.where(alone, 0.0, 1 / np.where(alone, 1.0, values))
        moved[~safe] = np.einsum("gij,gj->gi", vectors, turned)
    return moved
