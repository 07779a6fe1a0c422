/** Questions under way: each gets a number, and answers come in any order. */

/** How a question ended, as it is posted. Failures carry a message for people. */
export type Answered =
  | { readonly type: 'answer'; readonly id: number; readonly answer: unknown }
  | { readonly type: 'failed'; readonly id: number; readonly message: string };

export class Questions {
  #last = 0;
  readonly #waiting = new Map<number, { readonly resolve: (answer: never) => void; readonly reject: (error: Error) => void }>();

  /** Posts a question under a new number. Resolves to what its answer holds, which the asker vouches for; rejects with a message for people. */
  ask<Answer>(post: (id: number) => void): Promise<Answer> {
    const id = ++this.#last;
    return new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      post(id);
    });
  }

  /** Takes an answer; one that nobody waits for is dropped. */
  take(answered: Answered): void {
    const question = this.#waiting.get(answered.id);
    this.#waiting.delete(answered.id);
    if (answered.type === 'answer') question?.resolve(answered.answer as never);
    else question?.reject(new Error(answered.message));
  }
}
