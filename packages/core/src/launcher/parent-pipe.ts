// The pipe from a launcher to its processes. Nothing is written to it; it closes when the launcher ends, in whatever way.

/** Number of the pipe's descriptor in a child. @internal */
export const PARENT_PIPE = 3;

/** Tells a child that it has the pipe. @internal */
export const PARENT_PIPE_VARIABLE = "FABRIC_RUN_PARENT_PIPE";

/** What node imports first in a child, so that it ends with its launcher. @internal */
export const WATCH_PARENT: string = new URL("./watch-parent.js", import.meta.url).href;
