import type * as tf from '../models/tf.js';

export interface LayerRatesOptions {
  /** Weights whose names begin with one of these are trained, all others are frozen. @default all are trained */
  only?: readonly string[];
  /**
   * Divides each layer's rate by its number of inputs, as Burger, Schuler, Harmeling (CVPR 2012) do for plain SGD.
   * @default false
   */
  divideByFanIn?: boolean;
}

/** Factors on the learning rate for `Optimiser`, from a weight's name; 0 where it is frozen. */
export function layerRates(
  weights: Readonly<Record<string, tf.Tensor>>,
  { only, divideByFanIn = false }: LayerRatesOptions,
): (name: string) => number {
  /** By layer: a bias goes at the rate of its kernel. */
  const fanIn = new Map(
    Object.entries(weights)
      .filter(([, { shape }]) => shape.length > 1)
      .map(([name, { shape }]) => [layerOf(name), shape.slice(0, -1).reduce((a, b) => a * b, 1)]),
  );
  return (name) => {
    if (only && !only.some((prefix) => name.startsWith(prefix))) return 0;
    return divideByFanIn ? 1 / (fanIn.get(layerOf(name)) ?? 1) : 1;
  };
}

const layerOf = (name: string) => name.slice(0, name.lastIndexOf('/'));
