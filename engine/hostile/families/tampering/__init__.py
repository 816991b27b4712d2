"""Records under attack by whoever owns the database, or serves it: found out entry by entry, or refused."""

from __future__ import annotations

from pathlib import Path

from engine.hostile.arena import Arena
from engine.hostile.case import HostileCase
from engine.hostile.crowd import Tally
from engine.hostile.families import Family
from engine.hostile.families.tampering import guards
from engine.hostile.families.tampering.control import without_chain_and_without_anchors
from engine.hostile.families.tampering.forgeries import FORGERIES, Forgery
from engine.hostile.families.tampering.scene import Scene, scene
from engine.hostile.verdict import Verdict

#: The scene of each arena, by its folder: every forgery is undone, so that the next finds it whole.
_SCENES: dict[Path, Scene] = {}


def forged(arena: Arena, case: HostileCase) -> Verdict:
    """Each forgery of the case: named by the verifier, and the record whole again when it is undone."""
    is_first = arena.folder not in _SCENES
    if is_first:
        _SCENES[arena.folder] = scene(arena)
    here = _SCENES[arena.folder]
    tally = Tally()
    before = here.proof(by_command=is_first and not arena.quick)
    tally.expect(before.code == 0, f"Before any forgery the verifier said {before.code}: {before.told}")
    for forgery in FORGERIES[case.id]:
        tally.runs += 1
        _one(here, forgery, tally, by_command=not arena.quick or case.id == "AUD-05")
    after = here.proof(by_command=False)
    tally.expect(after.code == 0, f"After all was undone the verifier said: {after.told}")
    names = "; ".join(forgery.name for forgery in FORGERIES[case.id])
    return tally.verdict(case.id, f"The verifier exits 1 and names the first bad entry ({names}).")


def _one(here: Scene, forgery: Forgery, tally: Tally, *, by_command: bool) -> None:
    """One forgery."""
    saved = here.saved()
    try:
        expected = forgery.do(here)
        proof = here.proof(by_command=by_command)
    finally:
        here.put_back(saved)
    named = f"the verifier said {proof.code} and named {proof.first}, not {expected}: {proof.told}"
    tally.expect((proof.code, proof.first) == (1, expected), f"After “{forgery.name}” {named}")
    if forgery.is_seamless:
        alone = "was found without an anchor, so it was not the forgery that only anchors find"
        tally.expect(proof.holds_without, f"“{forgery.name}” {alone}: {proof.told}")


AUD = Family(trials={**dict.fromkeys(FORGERIES, forged), **guards.TRIALS}, control=without_chain_and_without_anchors)
