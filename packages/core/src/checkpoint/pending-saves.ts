// Saves under way: what `saveAsync` returns, and who hears of a failure.

/** What `saveAsync` returns. A failure that nobody awaits is a warning, and is thrown by the next save, load or disposal. @internal */
export class PendingSave extends Promise<undefined> {
  /** Whether somebody waits, or waited, for it. */
  #isWatched = false;

  /** Promises derived from it are ordinary ones. */
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  // biome-ignore lint/suspicious/noThenProperty: to see whether somebody waits for it
  override then<A = undefined, B = never>(
    onDone?: ((value: undefined) => A | PromiseLike<A>) | null,
    onFailed?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#isWatched = true;
    return super.then(onDone, onFailed);
  }

  /** Ends when the save has, with what it failed of unless that was told already. */
  async outcome(): Promise<{ error: unknown } | null> {
    try {
      await super.then();
      return null;
    } catch (error) {
      return this.#isWatched ? null : { error };
    }
  }
}

/** The saves of one Fabric that are not known to have ended. @internal */
export class PendingSaves {
  readonly #pending = new Set<PendingSave>();

  /** Whether one may be under way, or failed and nobody was told. */
  get isPending(): boolean {
    return this.#pending.size > 0;
  }

  /** Follows `work`, whose failure is no unhandled rejection: training goes on. */
  add(work: Promise<void>): Promise<void> {
    const pending = new PendingSave((done, failed) => {
      work.then(() => done(undefined), failed);
    });
    this.#pending.add(pending);
    void pending.outcome().then((failure) => {
      if (failure === null) this.#pending.delete(pending);
      else process.emitWarning(failure.error as Error);
    });
    return pending;
  }

  /** Waits for all. @throws what the first one failed of that nobody was told. */
  async drain(): Promise<void> {
    const all = [...this.#pending];
    this.#pending.clear();
    const failures = await Promise.all(all.map((pending) => pending.outcome()));
    const first = failures.find((failure) => failure !== null);
    if (first !== undefined) throw first.error;
  }
}
