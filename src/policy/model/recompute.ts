/**
 * Recomputation of activations (arXiv 1604.06174): a part of the model keeps nothing but its input, and is computed once
 * more on the way back. Memory then grows by one input a part in place of all that its gradient reads.
 */
import * as tf from '#tfjs';
import type { Tensor } from '#tfjs';
import { after } from '../../compute/order.ts';

/**
 * `f(x, shared)`, computed again for its gradient.
 * @param trained tensors that `f` reads and that take a gradient; they must live until the way back
 * @param shared what else `f` reads of tensors that a program makes: no gradient goes there
 */
export function recomputed(f: (x: Tensor, shared: readonly Tensor[]) => Tensor, x: Tensor, trained: readonly Tensor[], shared: readonly Tensor[]): Tensor {
  const g = tf.customGrad((...given) => {
    const [x] = given as Tensor[];
    (given.at(-1) as tf.GradSaveFunc)([x, ...shared]);
    return {
      value: f(x, shared),
      gradFunc: (dy: Tensor, [x, ...shared]: Tensor[]) => {
        const again = after(x, [dy]); // or all parts would be computed again at once
        const [dx, ...dTrained] = gradients(() => f(again, shared), [again, ...trained], dy);
        // and what was computed again is read by all who need it before the next part's turn
        return [after(dx, dTrained), ...dTrained];
      },
    };
  });
  return g(x, ...trained);
}

/** Gradients of `f` times `dy`, for use within the gradient of something else, whose tape is put aside meanwhile. */
export function gradients(f: () => Tensor, xs: readonly Tensor[], dy: Tensor): Tensor[] {
  const { state } = tf.engine();
  const { activeTape } = state;
  try {
    return tf.engine().gradients(f, [...xs], dy).grads;
  } finally {
    state.activeTape = activeTape;
  }
}
