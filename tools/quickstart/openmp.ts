// Imported first, before libtorch is loaded: its threads then sleep while they wait for each other. With the default they
// spin, and on a machine with other work that makes steps this small ten times slower.
process.env.OMP_WAIT_POLICY ??= "PASSIVE";
