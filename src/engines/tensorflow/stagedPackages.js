// @ts-check
// Plain JavaScript, because Node loads it by itself: from dist/ for users and from src/ for tests.

/** A file of the folder whose node_modules is looked into. */
let from = '';

/** @param {{ from: string }} data */
export function initialize(data) {
  ({ from } = data);
}

/**
 * Finds TensorFlow.js where `perpixel setup tensorflow` put it, all of it there, so that no two copies meet; whatever that
 * folder lacks is looked for in its usual place.
 *
 * @type {import('node:module').ResolveHook}
 */
export async function resolve(specifier, context, nextResolve) {
  if (!specifier.startsWith('@tensorflow/')) return nextResolve(specifier, context);
  try {
    return await nextResolve(specifier, { ...context, parentURL: from });
  } catch {
    return nextResolve(specifier, context);
  }
}
