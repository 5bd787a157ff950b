import { PerpixelError } from '../../core/errors.js';

/** @throws PerpixelError E_DATA where there are fewer than two pictures: a network would learn them by heart */
export function requireSeveral(pictures: readonly unknown[], subject?: string): void {
  if (pictures.length > 1) return;
  throw new PerpixelError({
    code: 'E_DATA',
    subject,
    received: pictures.length === 0 ? 'no picture' : 'one picture only',
    expected: 'at least two, to learn what they have in common',
    cure: 'Add more pictures to the training set.',
  });
}
