"""The terms of a model, kept as codes instead of dummies, and their normal equations.

Groups (annotators, kinds, weeks) are integer codes; their cross products are sums by code, so that a hundred
thousand labels of a hundred annotators need only a few passes over the rows. The first group, whatever its size, is
eliminated from the equations (block elimination); this is exact, not iterative.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array, diags_array, hstack

Reals = NDArray[np.float64]
Codes = NDArray[np.signedinteger[Any]]
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
        return UnweightedEquations(equations, equations.solve(np.broadcast_to(1.0, self.rows)))

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


def find_cells(groups: Sequence[Codes], levels: Sequence[int]) -> tuple[Codes, list[Codes]]:
    """Return the cell of each row, and the level of each group in each cell.

    A cell is a combination of levels that occurs. Rows are summed once, by cell; all sums by group follow from those.
    """
    combined = groups[0]
    for group, count in zip(groups[1:], levels[1:], strict=True):
        combined = combined * count + group
    cells, place = densify_codes(combined)
    cell_levels = []
    for count in reversed(levels[1:]):
        cell_levels.append(cells % count)
        cells = cells // count
    return place, [cells, *reversed(cell_levels)]


@dataclass(frozen=True)
class LevelPairs:
    """The pairs of levels of two groups that occur, and the pair of each cell; few occur where the first is large."""

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
        self.columns = tuple(terms.columns.values())
        self.names = tuple(terms.columns)
        self.levels = [int(group.max()) + 1 for group in terms.groups]
        starts = np.cumsum([len(self.names), *(levels - 1 for levels in self.levels[1:])])
        self.starts = [int(start) for start in starts]
        self.place, self.cells = find_cells(terms.groups, self.levels)
        later = zip(self.cells[1:], self.levels[1:], strict=True)
        self.pairs = [LevelPairs.from_codes(self.cells[0], codes, (self.levels[0], levels)) for codes, levels in later]

    def solve(self, weights: Reals) -> Solution:
        """Return the solution at these weights, with the first group eliminated."""
        sums, inner_products = self._sum_cells(weights), np.zeros((len(self.names), len(self.names)))
        column_sums = []
        for index, column in enumerate(self.columns):
            weighted = weights * column
            inner_products[index] = self._multiply_columns(weighted, index + 1)
            column_sums.append(self._sum_cells(weighted))
        absorbed = sum_by_code(self.cells[0], sums, self.levels[0])
        columns = csr_array(self._sum_by_group(0, column_sums))
        cross = hstack([columns, *(pairs.sum_pairs(sums) for pairs in self.pairs)], format="csr")
        inner_products = self._build_inner_products(inner_products, sums, column_sums)
        scaled = diags_array(1 / np.sqrt(absorbed)) @ cross
        reduced = inner_products - (scaled.T @ scaled).toarray()
        inverse, determined = compute_pseudo_inverse(reduced, np.sqrt(np.diag(inner_products)))
        return Solution(weights, absorbed, cross, inverse, determined)

    def solve_coefficients(self, solution: Solution, response: Reals) -> tuple[Reals, Reals]:
        """Return the absorbed effects and all other coefficients of a weighted regression of the response."""
        weighted = solution.weights * response
        sums = self._sum_cells(weighted)
        first_sums, *level_sums = (
            sum_by_code(codes, sums, levels) for codes, levels in zip(self.cells, self.levels, strict=True)
        )
        later_sums = np.concatenate([self._multiply_columns(weighted), *(by_level[1:] for by_level in level_sums)])
        beta = solution.inverse @ (later_sums - solution.cross.T @ (first_sums / solution.absorbed))
        return (first_sums - solution.cross @ beta) / solution.absorbed, beta

    def predict(self, effects: Reals, beta: Reals, others: Terms | None = None) -> Reals:
        """Return effects + terms x beta for each row, or for other rows with the same levels and columns."""
        if others is None:
            fitted: Reals = self._add_effects(effects, beta, self.cells)[self.place]
            for column, coefficient in zip(self.columns, beta, strict=False):
                fitted += coefficient * column
            return fitted
        columns = np.column_stack([others.columns[name] for name in self.names])
        predicted: Reals = self._add_effects(effects, beta, others.groups) + columns @ beta[: len(self.names)]
        return predicted

    def compute_influence(self, solution: Solution, name: str) -> Reals:
        """Return how much a unit of each row's score moves the coefficient of a column."""
        inverse_column = solution.inverse[:, self.names.index(name)]
        return self.predict(-(solution.cross @ inverse_column) / solution.absorbed, inverse_column)

    def sum_contrast_influence(self, solution: Solution, contrasts: Reals, scores: Reals, clusters: Codes) -> Reals:
        """Return how much the scores of each cluster move weighted sums of the coefficients that are not absorbed.

        `contrasts` has a column for each sum. The rows are summed by cluster once, not once for each sum.
        """
        count = int(clusters.max()) + 1
        absorbed_sums, *level_sums = (
            coo_array((scores, (clusters, group)), shape=(count, levels)).tocsr()
            for group, levels in zip(self.terms.groups, self.levels, strict=True)
        )
        column_sums = [csr_array(sum_by_code(clusters, scores * column, count)[:, None]) for column in self.columns]
        later_sums = hstack([csr_array((count, 0)), *column_sums, *(sums[:, 1:] for sums in level_sums)], format="csr")
        inverse_columns = solution.inverse @ contrasts
        moved: Reals = later_sums @ inverse_columns
        moved -= absorbed_sums @ ((solution.cross @ inverse_columns) / solution.absorbed[:, None])
        return moved

    def center_columns(self, solution: Solution) -> Reals:
        """Return all columns with dummies expanded, less their weighted means within the first group."""
        later = zip(self.terms.groups[1:], self.levels[1:], strict=True)
        dummies = [group[:, None] == np.arange(1, levels) for group, levels in later]
        means: Reals = solution.cross.toarray() / solution.absorbed[:, None]
        columns: Reals = np.column_stack([*self.columns, *dummies]) - means[self.terms.groups[0]]
        return columns

    def is_identified(self, solution: Solution, name: str) -> bool:
        """Return whether the data identify a column's coefficient (it is not a combination of the others)."""
        return bool(solution.determined[self.names.index(name)] > 1 - IDENTIFIED_TOLERANCE)

    def _add_effects(self, effects: Reals, beta: Reals, groups: Sequence[Codes]) -> Reals:
        """Return the sum of the effects of all groups, for the levels given."""
        total: Reals = effects[groups[0]]
        for group, start, levels in zip(groups[1:], self.starts, self.levels[1:], strict=False):
            total = total + np.concatenate([[0.0], beta[start : start + levels - 1]])[group]
        return total

    def _multiply_columns(self, weights: Reals, count: int | None = None) -> Reals:
        """Return the inner products of the columns, or of the first `count`, with the weights; zero for the others."""
        products = np.zeros(len(self.columns))
        for index, column in enumerate(self.columns[:count]):
            products[index] = column @ weights
        return products

    def _sum_cells(self, weights: Reals) -> Reals:
        return sum_by_code(self.place, weights, len(self.cells[0]))

    def _sum_by_group(self, index: int, column_sums: list[Reals]) -> Reals:
        group, levels = self.cells[index], self.levels[index]
        sums = [sum_by_code(group, column, levels) for column in column_sums]
        return np.column_stack(sums) if sums else np.empty((levels, 0))

    def _cross_tabulate(self, index: int, sums: Reals) -> list[Reals]:
        group, levels = self.cells[index], self.levels[index]
        crosses = []
        for codes, code_count in zip(self.cells[1:], self.levels[1:], strict=True):
            table = sum_by_code(group * code_count + codes, sums, levels * code_count)
            crosses.append(table.reshape(levels, code_count)[:, 1:])
        return crosses

    def _build_inner_products(self, products: Reals, sums: Reals, column_sums: list[Reals]) -> Reals:
        later = range(1, len(self.levels))
        group_blocks = [self._sum_by_group(index, column_sums)[1:] for index in later]
        top = np.column_stack([products, *(block.T for block in group_blocks)])
        rows = [
            np.column_stack([block, *(table[1:] for table in self._cross_tabulate(index, sums))])
            for index, block in zip(later, group_blocks, strict=True)
        ]
        return np.vstack([top, *rows])


def compute_pseudo_inverse(matrix: Reals, scale: Reals) -> tuple[Reals, Reals]:
    """Return the inverse on the identified subspace, and how far each column is identified (0 to 1).

    Of the symmetric matrix, only the entries on and below the diagonal are read.
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
