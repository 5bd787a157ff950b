import type * as tf from '../core/tf.js';

export interface LayerRatesOptions {
  /** Weights whose names begin with one of these are trained, all others are frozen. @default all are trained */
  only?: readonly string[];
  /**
   * Divides each layer's rate by its number of inputs, as Burger, Schuler, Harmeling (CVPR 2012) do for plain SGD.
   * @default false
   */
  divideByFanIn?: boolean;
  /** Factors by the beginnings of names, of which the longest counts; 0 freezes. @default 1 for all */
  factors?: Readonly<Record<string, number>>;
}

/** Factors on the learning rate for `Optimiser`, from a weight's name; 0 where it is frozen. */
export function layerRates(
  weights: Readonly<Record<string, tf.Tensor>>,
  { only, divideByFanIn = false, factors = {} }: LayerRatesOptions,
): (name: string) => number {
  /** By layer: a bias goes at the rate of its kernel. */
  const fanIn = new Map(
    Object.entries(weights)
      .filter(([, { shape }]) => shape.length > 1)
      .map(([name, { shape }]) => [layerOf(name), shape.slice(0, -1).reduce((a, b) => a * b, 1)]),
  );
  const beginnings = Object.keys(factors).sort((a, b) => b.length - a.length);
  const factorOf = (name: string) => {
    const beginning = beginnings.find((each) => name.startsWith(each));
    return beginning === undefined ? 1 : factors[beginning];
  };
  return (name) => {
    if (only && !only.some((prefix) => name.startsWith(prefix))) return 0;
    return divideByFanIn ? factorOf(name) / (fanIn.get(layerOf(name)) ?? 1) : factorOf(name);
  };
}

const layerOf = (name: string) => name.slice(0, name.lastIndexOf('/'));
