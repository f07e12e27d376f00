// A fresh process: import @fabric/core, then the first operator. Prints nothing; the caller takes the time.
import { torch } from "@fabric/core";

if (torch.add(torch.ones([1]), 1).item() !== 2) process.exit(1);
