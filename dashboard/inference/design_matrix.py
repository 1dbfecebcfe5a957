"""The terms of a model, kept as codes instead of dummies, and their normal equations.

Groups (annotators, kinds, weeks) are integer codes; their cross products are sums by code, so that a hundred
thousand labels of a hundred annotators need only a few passes over the rows. The first group, whatever its size, is
eliminated from the equations (block elimination); this is exact, not iterative.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array, hstack

Reals = NDArray[np.float64]
Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]

RANK_TOLERANCE = 1e-10
IDENTIFIED_TOLERANCE = 1e-6
MINIMUM_CODE_SPAN = 100_000


def sum_by_code(codes: Codes, weights: Reals, count: int) -> Reals:
    """Return the sum of the weights per code, for codes from zero to count - 1."""
    return np.bincount(codes, weights, count).astype(np.float64, copy=False)


def densify_codes(codes: Codes) -> tuple[Codes, Codes]:
    """Return the codes that occur, in order, and for each row the position of its own among them.

    As `np.unique` does, but counted instead of sorted where the codes lie close together.
    """
    lowest, highest = (int(codes.min()), int(codes.max())) if codes.size else (0, 0)
    if highest - lowest > max(MINIMUM_CODE_SPAN, 4 * codes.size):
        values, positions = np.unique(codes, return_inverse=True)
        return values, positions.astype(np.int64)
    occurs = np.zeros(highest - lowest + 1, dtype=np.bool_)
    occurs[codes - lowest] = True
    return np.flatnonzero(occurs).astype(np.int64) + lowest, (np.cumsum(occurs, dtype=np.int64) - 1)[codes - lowest]


@dataclass(frozen=True)
class Terms:
    """Groups as codes from zero, and columns by name; every array is as long as the log."""

    groups: tuple[Codes, ...]
    columns: dict[str, Reals]

    @property
    def rows(self) -> int:
        """Return the number of rows."""
        return len(self.groups[0])

    @cached_property
    def unweighted(self) -> UnweightedEquations:
        """Return the equations and their solution at weights of one, which many fits of the same terms share."""
        equations = NormalEquations(replace(self))  # a copy without this cache, which would else hold itself
        return UnweightedEquations(equations, equations.solve(np.ones(self.rows)))

    @cached_property
    def fits(self) -> dict[str, tuple[Reals, object]]:
        """Return the fits made so far, by kind, with the response that they fit."""
        return {}

    def where(self, mask: Mask) -> Terms:
        """Return the terms for the rows that the mask selects, with dense codes."""
        groups = tuple(densify_codes(group[mask])[1] for group in self.groups)
        return Terms(groups, {name: column[mask] for name, column in self.columns.items()})

    def drop_columns(self, *names: str) -> Terms:
        """Return the terms without some columns."""
        return replace(self, columns={name: column for name, column in self.columns.items() if name not in names})

    def add_columns(self, **columns: Reals) -> Terms:
        """Return the terms with additional columns."""
        return replace(self, columns={**self.columns, **columns})


@dataclass(frozen=True)
class Solution:
    """The solved normal equations at some weights, as needed for coefficients and their influence."""

    weights: Reals
    absorbed: Reals
    cross: csr_array
    inverse: Reals
    determined: Reals

    @property
    def rank(self) -> int:
        """Return the number of coefficients that the data identify."""
        return len(self.absorbed) + round(float(self.determined.sum()))


@dataclass(frozen=True)
class LevelPairs:
    """The pairs of levels of two groups that occur, and the pair of each row; few occur where the first is large."""

    place: Codes
    first: Codes
    later: Codes
    shape: tuple[int, int]

    @classmethod
    def from_codes(cls, first: Codes, later: Codes, levels: tuple[int, int]) -> LevelPairs:
        """Find the pairs of levels that occur."""
        pairs, row_pairs = densify_codes(first * levels[1] + later)
        return cls(row_pairs, pairs // levels[1], pairs % levels[1], levels)

    def sum_pairs(self, weights: Reals) -> csr_array:
        """Return the sums of the weights by pair, without the column of the reference level."""
        sums, is_later = sum_by_code(self.place, weights, len(self.first)), self.later > 0
        positions = (self.first[is_later], self.later[is_later] - 1)
        return csr_array((sums[is_later], positions), shape=(self.shape[0], self.shape[1] - 1))


class UnweightedEquations(NamedTuple):
    """Normal equations and their solution at weights of one."""

    equations: NormalEquations
    solution: Solution


class NormalEquations:
    """Weighted least squares on terms, without building the dense design matrix."""

    def __init__(self, terms: Terms) -> None:
        """Stack the columns and count the levels; the first level of every later group is its reference."""
        self.terms = terms
        columns = [*terms.columns.values()]
        # Sums by group read one column after the other, so each one lies in one piece.
        self.columns = np.asfortranarray(np.column_stack(columns)) if columns else np.empty((terms.rows, 0))
        self.names = tuple(terms.columns)
        self.levels = [int(group.max()) + 1 for group in terms.groups]
        starts = np.cumsum([len(self.names), *(levels - 1 for levels in self.levels[1:])])
        self.starts = [int(start) for start in starts]
        first, later = terms.groups[0], zip(terms.groups[1:], self.levels[1:], strict=True)
        self.pairs = [LevelPairs.from_codes(first, codes, (self.levels[0], levels)) for codes, levels in later]

    def solve(self, weights: Reals) -> Solution:
        """Return the solution at these weights, with the first group eliminated."""
        absorbed = sum_by_code(self.terms.groups[0], weights, self.levels[0])
        columns = csr_array(self._sum_by_group(0, weights[:, None] * self.columns))
        cross = hstack([columns, *(pairs.sum_pairs(weights) for pairs in self.pairs)], format="csr")
        inner_products = self._build_inner_products(weights)
        scaled = diags_array(1 / np.sqrt(absorbed)) @ cross
        reduced = inner_products - (scaled.T @ scaled).toarray()
        inverse, determined = compute_pseudo_inverse(reduced, np.sqrt(np.diag(inner_products)))
        return Solution(weights, absorbed, cross, inverse, determined)

    def solve_coefficients(self, solution: Solution, response: Reals) -> tuple[Reals, Reals]:
        """Return the absorbed effects and all other coefficients of a weighted regression of the response."""
        weighted = solution.weights * response
        first_sums = sum_by_code(self.terms.groups[0], weighted, self.levels[0])
        later_sums = np.concatenate([self.columns.T @ weighted, *self._sum_levels(weighted)])
        beta = solution.inverse @ (later_sums - solution.cross.T @ (first_sums / solution.absorbed))
        return (first_sums - solution.cross @ beta) / solution.absorbed, beta

    def predict(self, effects: Reals, beta: Reals, others: Terms | None = None) -> Reals:
        """Return effects + terms x beta for each row, or for other rows with the same levels and columns."""
        terms = others or self.terms
        columns = self.columns if others is None else np.column_stack([terms.columns[name] for name in self.names])
        linear_predictor: Reals = effects[terms.groups[0]] + columns @ beta[: len(self.names)]
        for group, start, levels in zip(terms.groups[1:], self.starts, self.levels[1:], strict=False):
            linear_predictor = linear_predictor + np.concatenate([[0.0], beta[start : start + levels - 1]])[group]
        return linear_predictor

    def compute_influence(self, solution: Solution, name: str) -> Reals:
        """Return how much a unit of each row's score moves the coefficient of a column."""
        inverse_column = solution.inverse[:, self.names.index(name)]
        return self.predict(-(solution.cross @ inverse_column) / solution.absorbed, inverse_column)

    def center_columns(self, solution: Solution) -> Reals:
        """Return all columns with dummies expanded, less their weighted means within the first group."""
        later = zip(self.terms.groups[1:], self.levels[1:], strict=True)
        dummies = [group[:, None] == np.arange(1, levels) for group, levels in later]
        means: Reals = solution.cross.toarray() / solution.absorbed[:, None]
        columns: Reals = np.column_stack([self.columns, *dummies]) - means[self.terms.groups[0]]
        return columns

    def is_identified(self, solution: Solution, name: str) -> bool:
        """Return whether the data identify a column's coefficient (it is not a combination of the others)."""
        return bool(solution.determined[self.names.index(name)] > 1 - IDENTIFIED_TOLERANCE)

    def _sum_by_group(self, index: int, columns: Reals) -> Reals:
        group, levels = self.terms.groups[index], self.levels[index]
        sums = [sum_by_code(group, column, levels) for column in columns.T]
        return np.column_stack(sums) if sums else np.empty((levels, 0))

    def _cross_tabulate(self, index: int, weights: Reals) -> list[Reals]:
        group, levels = self.terms.groups[index], self.levels[index]
        crosses = []
        for codes, code_count in zip(self.terms.groups[1:], self.levels[1:], strict=True):
            table = sum_by_code(group * code_count + codes, weights, levels * code_count)
            crosses.append(table.reshape(levels, code_count)[:, 1:])
        return crosses

    def _sum_levels(self, weighted: Reals) -> list[Reals]:
        pairs = zip(self.terms.groups[1:], self.levels[1:], strict=True)
        return [sum_by_code(group, weighted, levels)[1:] for group, levels in pairs]

    def _build_inner_products(self, weights: Reals) -> Reals:
        weighted = weights[:, None] * self.columns
        later = range(1, len(self.levels))
        group_blocks = [self._sum_by_group(index, weighted)[1:] for index in later]
        top = np.column_stack([self.columns.T @ weighted, *(block.T for block in group_blocks)])
        rows = [
            np.column_stack([block, *(table[1:] for table in self._cross_tabulate(index, weights))])
            for index, block in zip(later, group_blocks, strict=True)
        ]
        return np.vstack([top, *rows])


def compute_pseudo_inverse(matrix: Reals, scale: Reals) -> tuple[Reals, Reals]:
    """Return the inverse on the identified subspace, and how far each column is identified (0 to 1).

    `scale` is the size of each column before the absorbed effects were removed: what is left of a column that they
    explain is rounding error, and is dropped.
    """
    if not len(matrix):
        return matrix, np.empty(0)
    column_scale = np.where(scale > 0, scale, 1.0)
    values, vectors = np.linalg.eigh(matrix / np.outer(column_scale, column_scale))
    determined_vectors = vectors[:, values > RANK_TOLERANCE]
    inverse = (
        (determined_vectors / values[values > RANK_TOLERANCE])
        @ determined_vectors.T
        / np.outer(column_scale, column_scale)
    )
    return inverse, (determined_vectors**2).sum(axis=1)
