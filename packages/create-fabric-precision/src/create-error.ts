// An error that the user can mend, with a stable code as in the other packages of Fabric.

/** What is wrong with the request. */
export class CreateError extends Error {
  /** `FABRIC_CONFIG_NAME`, `FABRIC_CONFIG_ALIAS` or `FABRIC_CONFIG_FOLDER`. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = `CreateError [${code}]`;
    this.code = code;
  }
}
