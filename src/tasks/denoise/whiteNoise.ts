/**
 * Deviations in luma (Y of BT.601) and in chroma (the root mean square of Cb and Cr) of independent noise of deviation 1 in red, green and
 * blue. Networks that learnt `noise` get white noise in this form.
 */
export const WHITE = {
  luma: Math.hypot(0.299, 0.587, 0.114),
  chroma: Math.sqrt(
    (Math.hypot(0.299, 0.587, 0.886) ** 2 / 1.772 ** 2 + Math.hypot(0.701, 0.587, 0.114) ** 2 / 1.402 ** 2) / 2,
  ),
};
