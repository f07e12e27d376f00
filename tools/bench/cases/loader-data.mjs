// The data sets of the loader's bench, which worker threads make themselves. The Python side is peers/loader_data.py.
import * as torch from "@fabric/torch";

const { data, functional: F } = torch;

/** Bytes of 96 x 96 pictures, augmented with operators: cast, flip, resize, noise, normalise. */
export class Pictures extends data.Dataset {
  constructor(length) {
    super();
    this.length = length;
    this.bytes = torch.randint(0, 256, [64, 3, 96, 96], { dtype: "uint8" });
  }
  get(index) {
    return torch.scope(() => {
      let x = this.bytes.at(index % 64).to("float32");
      x = x.flip([-1]);
      x = F.interpolate(x.unsqueeze(0), { size: [128, 128], mode: "bilinear" }).squeeze(0);
      x = x.add(torch.randn([3, 128, 128]).mul(5));
      return [x.sub(127).div(64), BigInt(index % 10)];
    });
  }
}
