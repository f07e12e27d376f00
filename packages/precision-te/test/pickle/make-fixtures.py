# Writes the fixtures of Transformer Engine's `_extra_state`: PyTorch pickles real tensors, and classes of the same names stand for those of
# Transformer Engine, which needs a GPU. Run with a folder: python make-fixtures.py fixtures
import enum
import io
import pickle
import sys
import types
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, Optional

import torch

recipe = types.ModuleType("transformer_engine.common.recipe")
for name in ["transformer_engine", "transformer_engine.common"]:
    sys.modules[name] = types.ModuleType(name)
sys.modules[recipe.__name__] = recipe


def at_home(cls):
    cls.__module__ = recipe.__name__
    cls.__qualname__ = cls.__name__
    setattr(recipe, cls.__name__, cls)
    return cls


@at_home
class _FormatHelper(NamedTuple):
    max_fwd: float
    max_bwd: float


@at_home
class Format(enum.Enum):
    E4M3 = _FormatHelper(448, 448)
    HYBRID = _FormatHelper(448, 57344)


@at_home
class _OverrideLinearPrecision(NamedTuple):
    fprop: bool = False
    dgrad: bool = False
    wgrad: bool = False


@at_home
@dataclass(frozen=True)
class MMParams:
    use_split_accumulator: bool = True


@at_home
@dataclass
class DelayedScaling:
    margin: int = 0
    fp8_format: Format = Format.HYBRID
    amax_history_len: int = 5
    amax_compute_algo: str = "max"
    scaling_factor_compute_algo: Optional[object] = None
    reduce_amax: bool = True
    fp8_dpa: bool = False
    override_linear_precision: tuple = _OverrideLinearPrecision()


@at_home
@dataclass
class Float8CurrentScaling:
    fp8_format: Format = Format.HYBRID
    fp8_gemm_fprop: MMParams = field(default_factory=MMParams)


def tensors(gemms, length, inverses):
    state = {}
    for suffix, slots, at in [("fwd", 3 * gemms, 1), ("bwd", 2 * gemms, 100)]:
        state[f"scale_{suffix}"] = torch.arange(at, at + slots, dtype=torch.float32) / 3
        if inverses:
            state[f"scale_inv_{suffix}"] = 1 / state[f"scale_{suffix}"]
        state[f"amax_history_{suffix}"] = torch.arange(length * slots, dtype=torch.float32).view(length, slots) / 7 + at
    return state


EXTRA = {"fp8_checkpoint": True, "num_gemms": 1, "fp8_max_fwd": 448, "fp8_max_bwd": 57344, "update_amax_and_scale_fwd": True, "a": (1, 2.5), "b": [300, -7, 70000, None]}


def state_of(gemms, length, made_by, inverses=False):
    state = {"recipe": made_by} if made_by is not None else {}
    if not isinstance(made_by, Float8CurrentScaling):
        state |= tensors(gemms, length, inverses)
    return state | {"extra_fp8_variables": EXTRA | {"num_gemms": gemms}}


def saved(state):
    stream = io.BytesIO()
    torch.save(state, stream)
    return stream.getvalue()


def shared_storage():
    state = state_of(1, 4, DelayedScaling())
    whole = torch.arange(40, dtype=torch.float32)
    state["amax_history_fwd"] = whole[2:14].view(3, 4).t()
    state["amax_history_bwd"] = whole[20:28].view(4, 2)
    return state


class Harmful:
    def __reduce__(self):
        return (print, ("run",))


files = {
    "te2-linear": pickle.dumps(state_of(1, 5, DelayedScaling())),
    "te2-mlp": pickle.dumps(state_of(2, 3, DelayedScaling(fp8_format=Format.E4M3))),
    "te2-current": pickle.dumps(state_of(1, 5, Float8CurrentScaling())),
    "te2-none": pickle.dumps(None),
    "te1-archive": saved(state_of(1, 5, None, inverses=True)),
    "te1-archive-none": saved(None),
    "views": pickle.dumps(shared_storage()),
    "views-archive": saved(shared_storage()),
    "harmful": pickle.dumps({"recipe": Harmful()}),
    "harmful-archive": saved({"recipe": Harmful()}),
    "doubles": pickle.dumps(state_of(1, 5, None) | {"scale_fwd": torch.ones(3, dtype=torch.float64)}),
    "expanded": pickle.dumps(state_of(1, 5, None) | {"amax_history_fwd": torch.ones(1).expand(5, 3)}),
}
folder = Path(sys.argv[1])
folder.mkdir(exist_ok=True)
for name, content in files.items():
    (folder / f"{name}.bin").write_bytes(content)
    print(name, len(content))
