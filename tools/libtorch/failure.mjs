// A failure that a person can act on: what happened, and what to do about it.

export class SetupFailure extends Error {
  /**
   * @param {string} message what went wrong, with the value that was met
   * @param {string} remedy the next step, as a command where there is one
   */
  constructor(message, remedy) {
    super(message);
    this.name = "SetupFailure";
    this.remedy = remedy;
  }
}
