import { createInterface } from 'node:readline/promises';

/** Lines from a person at a terminal. */

/** Asks, and waits for what is typed until Enter. @throws Error when the person ends it */
export type AskedLine = (question: string) => Promise<string>;

/** Asks at a terminal; null where nobody sits at one. */
export const linesOf = (
  input: NodeJS.ReadableStream & { readonly isTTY?: boolean },
  output: NodeJS.WritableStream & { readonly isTTY?: boolean },
): AskedLine | null => {
  if (input.isTTY !== true || output.isTTY !== true) return null;
  return async (question) => {
    const reader = createInterface({ input, output });
    try {
      return (await reader.question(question)).trim();
    } finally {
      reader.close();
    }
  };
};
