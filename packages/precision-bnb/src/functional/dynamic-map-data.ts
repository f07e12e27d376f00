// The two dynamic 8-bit maps (Dettmers et al. 2022, "8-bit Optimizers via Block-wise Quantization"): 256 little-endian float32 values each, in
// base64. Shipped, not computed: without a fused multiply-add the last bits would come out differently. SHA-256 of the 1024 bytes:
// signed e732639a65f497b4ad684bb166a4467708255edd5207757de8b8f0c7e1fda89c,
// unsigned 305f002cc11278fb769d13b25b9fd0c7c83c8402c40a878fe086f4039fde6398.

/** From -0.993 to 1; zero is entry 127. */
export const SIGNED_MAP: string = [
  "MzN+v5qZer8AAHe/ZmZzv83Mb78zM2y/mplovwAAZb9mZmG/zcxdvzMzWr+amVa/AABTv2ZmT7/NzEu/MzNIv5qZRL8AAEG/ZmY9",
  "v83MOb80Mza/mpkyvwAAL79mZiu/zcwnvzQzJL+amSC/AAAdv2ZmGb/NzBW/NDMSv5qZDr8AAAu/ZmYHv8zMA78zMwC/MjP5vgAA",
  "8r7MzOq+mpnjvmZm3L4zM9W+AADOvszMxr6amb++Zma4vjMzsb4AAKq+zMyivpqZm75mZpS+NDONvgAAhr6ZmX2+MzNvvs3MYL5m",
  "ZlK+AABEvpqZNb4zMye+zcwYvmZmCr4AAPi9NDPbvYXryb33KMS9Z2a+vdejuL1I4bK9uB6tvSpcp72amaG9CtebvXsUlr3rUZC9",
  "XY+Kvc3MhL17FH69XY9yvT0KZ70fhVu9AABQveF6RL3D9Ti9o3AtvYXrIb1nZha9SOEKvVK4/rwVrue816PQvJqZubxdj6K8H4WL",
  "vMP1aLxI4Tq8ZDsfvBgEFrzNzAy8gZUDvGq89LvTTeK7O9/Pu6RwvbsNAqu7dJOYu90khruKbGe7XI9Cuy2yHbv8qfG6ne+nuv9l",
  "d7o+6Fm6gGo8usHsHroBbwG6g+LHuQXnjLkL1yO5Sx+6uLPvirg0gDe4BkKyt/8FAreUGlq2t6MTtQAAAAC3oxM1lBpaNv8FAjcG",
  "QrI3NIA3OLPvijhLH7o4C9cjOQXnjDmD4sc5AW8BOsHsHjqAajw6PuhZOv9ldzqd76c6/KnxOi2yHTtcj0I7imxnO90khjt0k5g7",
  "DQKrO6RwvTs73887003iO2q89DuBlQM8zcwMPBgEFjxkOx88SOE6PMP1aDwfhYs8XY+iPJqZuTzXo9A8Fa7nPFK4/jxI4Qo9Z2YW",
  "PYXrIT2jcC09w/U4PeF6RD0AAFA9H4VbPT0KZz1dj3I9exR+Pc3MhD1dj4o961GQPXsUlj0K15s9mpmhPSpcpz24Hq09SOGyPdej",
  "uD1nZr499yjEPYXryT00M9s9AAD4PWZmCj7NzBg+MzMnPpqZNT4AAEQ+ZmZSPs3MYD4zM28+mZl9PgAAhj40M40+ZmaUPpqZmz7M",
  "zKI+AACqPjMzsT5mZrg+mpm/PszMxj4AAM4+MzPVPmZm3D6ameM+zMzqPgAA8j4yM/k+MzMAP8zMAz9mZgc/AAALP5qZDj80MxI/",
  "zcwVP2ZmGT8AAB0/mpkgPzQzJD/NzCc/ZmYrPwAALz+amTI/NDM2P83MOT9mZj0/AABBP5qZRD8zM0g/zcxLP2ZmTz8AAFM/mplW",
  "PzMzWj/NzF0/ZmZhPwAAZT+amWg/MzNsP83Mbz9mZnM/AAB3P5qZej8zM34/AACAPw==",
].join("");

/** From 0 to 1; zero is entry 0. */
export const UNSIGNED_MAP: string = [
  "AAAAAKp7rjSYCVA1OJsONvbMkjZRTN421eUUN24SgzegceE3aOgfOAAYTziaR344mbuWOGRTrjgx68U4S1kGOcpUQTlJUHw55KWb",
  "OaIjuTljodY5Ih/0OXHOCDpQjRc6MEwmOhALNTrvyUM60IhSOq9HYTqOBnA6bsV+OgaBlTo1Xro6ZDvfOkoMAjvhehQ7eOkmOxBY",
  "OTunxks7QDVeO9ejcDs3iYE7gsCKO8/3kzsaL507ZmamO7Kdrzv91Lg7SgzCO5VDyzvhetQ7LrLdO3jp5jvFIPA7D1j5O65HATxU",
  "4wU8+X4KPKAaDzxFthM861EYPJLtHDw3iSE8KlwvPGdmRjyjcF084np0PI/ChTyvR5E8zcycPOtRqDwL17M8KVy/PEfhyjxnZtY8",
  "h+vhPKNw7TzD9fg8cD0CPQAACD2Pwg09H4UTPa9HGT09Ch89zcwkPVyPKj3rUTA9exQ2PQrXOz2amUE9KFxHPbgeTT1H4VI916NY",
  "PWdmXj33KGQ9h+tpPRWubz2jcHU9MzN7PeJ6gD0qXIM9cT2GPbgeiT0AAIw9SOGOPZDCkT3Xo5Q9H4WXPWdmmj2vR5099iigPT4K",
  "oz2F66U9zcyoPRWuqz1cj649pHCxPetRtD0zM7c9exS6PcP1vD0L1789UrjCPZqZxT3iesg9KVzLPQAA1D1mZuI9zczwPTMz/z3M",
  "zAY+AAAOPjQzFT5mZhw+mpkjPszMKj4AADI+NDM5PmZmQD6amUc+zMxOPgAAVj40M10+ZmZkPpqZaz7MzHI+AAB6PpmZgD4zM4Q+",
  "zcyHPmZmiz4AAI8+mpmSPjMzlj7MzJk+ZmadPgAAoT6amaQ+MzOoPszMqz5mZq8+AACzPpqZtj4zM7o+zMy9PmZmwT4AAMU+mpnI",
  "PjMzzD7MzM8+ZmbTPgAA1z6amdo+MzPePszM4T5mZuU+AADpPpqZ7D4zM/A+zMzzPmZm9z4AAPs+mZn+PpoZAT9m5gI/M7MEPwCA",
  "Bj/MTAg/mhkKP2bmCz80sw0/AIAPP81MET+aGRM/ZuYUPzSzFj8AgBg/zUwaP5oZHD9m5h0/NLMfPwCAIT/NTCM/mhklP2bmJj80",
  "syg/AIAqP81MLD+aGS4/ZuYvPzSzMT8AgDM/zUw1P5oZNz9m5jg/NLM6PwCAPD/NTD4/mhlAP2bmQT80s0M/AIBFP8xMRz+aGUk/",
  "ZuZKPzSzTD8AgE4/zExQP5oZUj9m5lM/NLNVPwCAVz/MTFk/mhlbP2bmXD80s14/AIBgP8xMYj+aGWQ/ZuZlPzSzZz8AgGk/zExr",
  "P5oZbT9m5m4/NLNwPwCAcj/MTHQ/mhl2P2bmdz80s3k/AIB7P8xMfT+aGX8/AACAPw==",
].join("");
