/** Tests are given our vitest and our fast-check in place of the libraries' own; see `vitest.mjs` and `fastCheck.mjs`. */
const instead = {
  vitest: new URL('./vitest.mjs', import.meta.url).href,
  'fast-check': new URL('./fastCheck.mjs', import.meta.url).href,
};

export const resolve = (specifier, context, next) => {
  if (specifier === 'ter-ven:fast-check') return next('fast-check', context);
  const url = instead[specifier];
  return url === undefined || url === context.parentURL ? next(specifier, context) : { url, shortCircuit: true };
};
