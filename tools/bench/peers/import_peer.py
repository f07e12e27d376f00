"""A fresh interpreter: `import lightning.fabric`, then the first operator. Prints nothing; the caller takes the time."""

import lightning.fabric  # noqa: F401
import torch

assert torch.add(torch.ones(1), 1).item() == 2
