"""The data sets of the loader's bench. The other side is cases/loader-data.mjs."""

import torch


class Pictures(torch.utils.data.Dataset):
    """Bytes of 96 x 96 pictures, augmented with operators: cast, flip, resize, noise, normalise."""

    def __init__(self, length):
        self.length = length
        self.bytes = torch.randint(0, 256, (64, 3, 96, 96), dtype=torch.uint8)

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        x = self.bytes[index % 64].float()
        x = x.flip([-1])
        x = torch.nn.functional.interpolate(x.unsqueeze(0), size=(128, 128), mode="bilinear").squeeze(0)
        x = x.add(torch.randn(3, 128, 128).mul(5))
        return x.sub(127).div(64), index % 10
