// A net of which no single tensor is half, with a buffer.
import { nn, torch } from "@fabric/core";

export function makeNet(): nn.Sequential {
  const net = new nn.Sequential(
    new nn.Linear(6, 16),
    new nn.Tanh(),
    new nn.Linear(16, 16),
    new nn.Tanh(),
    new nn.Linear(16, 2),
  );
  net.registerBuffer("seen", torch.zeros([4]));
  return net;
}
