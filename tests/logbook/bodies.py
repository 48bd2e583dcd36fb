"""A form of each kind, filled in."""

GOOD: dict[str, dict[str, object]] = {
    "check": {"item": "persona_written", "done": True, "period": "2026-03-30", "note": "Read by five"},
    "stage_override": {
        "stage": "growth",
        "since": "2026-03-01",
        "until": "2026-04-30",
        "reason": "The campaign hides it",
    },
    "target": {"figure": "new_users", "period": "2026-04-01", "value": 1700, "reason": "Agreed with the board"},
    "note": {"day": "2026-03-31", "kind": "release", "title": "4.1: tasks", "text": "Reading tasks\nwith red packets"},
    "commitment": {
        "text": "Ship the invite reminder",
        "owner": "Ann",
        "due": "2026-04-03",
        "figure": "invites_per_active",
        "expected": "from 4.1 % to 4.6 %",
        "state": "open",
    },
    "demand": {
        "kind": "campaign",
        "title": "Spring invitations",
        "audience": "Readers of the last 28 days",
        "wanted": "A page to invite friends from",
        "due": "2026-05-01",
        "brings": "300 invited users",
        "owner": "Bo",
        "state": "raised",
    },
    "forecast": {
        "figure": "revenue",
        "grain": "week",
        "period": "2026-06-01",
        "value": 100,
        "low": 80.5,
        "high": 130,
        "locked": True,
        "owner": "Cy",
        "scenario": "/aarrr?activation=0.05",
    },
}
