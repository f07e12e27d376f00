// The pipe from `fabric run` to its processes. Nothing is written to it; it closes when the parent ends, in whatever way.

/** Number of the pipe's descriptor in a child. @internal */
export const PARENT_PIPE = 3;

/** Tells a child that it has the pipe. @internal */
export const PARENT_PIPE_VARIABLE = "FABRIC_RUN_PARENT_PIPE";
