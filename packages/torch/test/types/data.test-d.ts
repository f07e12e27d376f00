// What batches are typed as.
import { data, type Tensor, zeros } from "@fabric/torch";

/** Compiles only if both types are the same. */
function same<A, B>(_: [A] extends [B] ? ([B] extends [A] ? true : false) : false): void {}

type Batch<L> = L extends data.DataLoader<infer _T, infer B> ? B : never;

const pairs = new data.DataLoader(new data.TensorDataset(zeros([4, 2]), zeros([4])), {
  batchSize: 2,
  shuffle: true,
});
same<Batch<typeof pairs>, [Tensor, Tensor]>(true);

class Named extends data.Dataset<{ image: Tensor; label: bigint; name: string; path?: string[] }> {
  readonly length = 1;
  get(): { image: Tensor; label: bigint; name: string } {
    return { image: zeros([2]), label: 1n, name: "a" };
  }
}
const named = new data.DataLoader(new Named());
same<Batch<typeof named>["image"], Tensor>(true);
same<Batch<typeof named>["label"], Tensor>(true);
same<Batch<typeof named>["name"], string[]>(true);

const summed = new data.DataLoader([1, 2, 3], { collate: (samples) => samples.length });
same<Batch<typeof summed>, number>(true);

class Words extends data.IterableDataset<string> {
  override *[Symbol.iterator](): Iterator<string> {
    yield "a";
  }
}
const words = new data.DataLoader(new Words(), { batchSize: 2 });
same<Batch<typeof words>, string[]>(true);

const [train] = data.randomSplit(new Named(), [0.5, 0.5], { seed: 1 });
if (train !== undefined) {
  const part = new data.DataLoader(train);
  same<Batch<typeof part>["image"], Tensor>(true);
}
