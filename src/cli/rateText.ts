/** A rate in two digits, or in whole numbers where those are more: `0.58`, `12`, `345`. */
export function rateText(rate: number): string {
  return rate < 99.5 ? rate.toPrecision(2) : rate.toFixed();
}
