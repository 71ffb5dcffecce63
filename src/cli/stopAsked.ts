/** Resolves with the name of the signal once a person or the service manager asks for the end. */
export const stopAsked = (signal: AbortSignal): Promise<string> =>
  new Promise((resolve) => {
    const done = (): void => resolve(String(signal.reason));
    if (signal.aborted) done();
    else signal.addEventListener('abort', done, { once: true });
  });
