"""The demo product: a reading app whose story is known, so that every figure can be checked.

The story's dates and numbers are in story.py; what came of them is written beside the files, in truth.yml.
"""

from pathlib import Path

import numpy as np

from warehouse.demo import activity, around, campaigns, events, exports, people, truth
from warehouse.demo.facts import gather

USERS = 40_000


def make(folder: Path, seed: int = 7, users: int = USERS) -> None:
    """Write the demo's source files into a folder (made if absent): the same seed writes the same bytes.

    users   people who sign up; the story is told for 40,000: with others the shares stay, not the counts
    raises  ValueError for fewer than 1,000 users
    """
    if users < 1_000:
        raise ValueError(f"users is {users}: the demo's story needs at least 1000")
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)

    everybody = people.sign_up(rng, users)
    visits = activity.visit(rng, everybody)
    inviter = activity.inviters(rng, everybody, visits)
    done = events.do(rng, everybody, visits)
    paid = events.pay(rng, everybody, visits)
    shown, done = campaigns.run(rng, everybody, visits, done)
    done = events.joined([done, events.strangers(rng, users)])
    facts = gather(everybody, done, paid, shown, inviter)

    ids = exports.identities(everybody)
    files = exports.Exports()
    files.add("users", exports.users(rng, everybody, ids, inviter))
    files.add("payments", exports.payments(paid, ids))
    files.add("campaigns", around.campaigns())
    files.add("exposures", exports.exposures(shown, ids))
    files.add("feedback", around.feedback(rng, visits, ids))
    files.add("content", around.content(rng))
    files.add("costs", around.costs(rng, everybody))
    files.add("figures", around.figures(rng, everybody, facts.person, facts.day))
    files.add("groups", around.groups(rng, everybody, ids))
    files.add("notes", around.notes())
    exports.spoil(rng, files)
    exports.write_events(rng, folder, done, ids, files)
    exports.write(folder, files)
    truth.write(folder, facts, files, seed)
