"""Fit the combinations of dimension values into a number of segments: the rarest values become "other"."""

import heapq
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from warehouse.settings import UNKNOWN

OTHER = "other"

Combination = tuple[str, ...]


def fold(
    users: Mapping[Combination, int], names: Sequence[str], limit: int, whole: Collection[str] = ()
) -> tuple[dict[Combination, Combination], dict[tuple[str, str], int]]:
    """Map every combination to one of at most `limit`, and say which values were folded.

    users    people in each combination of values that occurs; values in the order of `names`
    names    the dimensions
    limit    combinations allowed
    whole    dimensions of which no value is folded
    returns  combination → the combination it is counted under; (dimension, value) → people folded

    Until it fits, the dimension with most values (ties by name) puts its rarest value (ties by name) into
    "other". "unknown" is never folded. Where nothing is left to fold the limit is exceeded.
    """
    values = [Counter[str]() for _ in names]
    members: dict[Combination, list[Combination]] = {}
    holding: list[defaultdict[str, set[Combination]]] = [defaultdict(set) for _ in names]
    for combination, count in users.items():
        members[combination] = [combination]
        for place, value in enumerate(combination):
            values[place][value] += count
            holding[place][value].add(combination)
    rarest = [
        [(count, value) for value, count in counted.items() if value not in (OTHER, UNKNOWN) and name not in whole]
        for name, counted in zip(names, values, strict=True)
    ]
    for heap in rarest:
        heapq.heapify(heap)

    folded: dict[tuple[str, str], int] = {}
    while len(members) > limit:
        foldable = [place for place, heap in enumerate(rarest) if heap]
        if not foldable:
            break
        place = min(foldable, key=lambda place: (-len(holding[place]), names[place]))
        count, value = heapq.heappop(rarest[place])
        folded[names[place], value] = count
        for combination in holding[place].pop(value):
            merged = (*combination[:place], OTHER, *combination[place + 1 :])
            members.setdefault(merged, []).extend(members.pop(combination))
            for other, part in enumerate(merged):
                holding[other][part].discard(combination)
                holding[other][part].add(merged)

    return {source: target for target, sources in members.items() for source in sources}, folded
