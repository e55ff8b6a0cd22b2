/**
 * A store that does not answer must not hold up requests.
 *
 * Owns how long anybody waits. What is sent to a provider does not depend on it, but for hidden rounds that a store
 * did not hand out in time.
 *
 * @module
 */

/** Milliseconds that a question may take. */
export const patience = 5_000;
/** Milliseconds for which a store that let a question pass is not asked another. */
const pause = 30_000;

/** Asks one store; fails where it fails and where it takes too long. */
export class TimeLimit {
  #silentUntil = 0;

  /** The answer to `question`, in time. */
  async ask<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    if (Date.now() < this.#silentUntil) throw new Error('the store has left a question unanswered and is not asked for a while');
    let timer: ReturnType<typeof setTimeout> | undefined;
    const silence = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        this.#silentUntil = Date.now() + pause;
        reject(new Error('the store did not answer in time'));
      }, patience);
    });
    try {
      return await Promise.race([this.#answered(question), silence]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** An answer, however late, ends the pause. */
  async #answered<Answer>(question: () => Promise<Answer>): Promise<Answer> {
    try {
      return await question();
    } finally {
      this.#silentUntil = 0;
    }
  }
}
