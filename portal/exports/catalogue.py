"""The kinds of exports that there are."""

from __future__ import annotations

from collections.abc import Mapping

from portal.core.errors import NotFound
from portal.exports.columns import Dataset
from portal.exports.datasets import decisions, outcomes, scores

DATASETS: Mapping[str, Dataset] = {one.key: one for one in (decisions.DATASET, scores.DATASET, outcomes.DATASET)}


def get_dataset(key: str) -> Dataset:
    try:
        return DATASETS[key]
    except KeyError:
        raise NotFound("There is no such export.") from None
