/** Pictures of pages, held against each other. */
import type { Page } from 'playwright-core';

/** The share of pixels in which two pictures differ by more than a browser's own noise; the comparing is done on an empty page. */
export const differingPixels = (desk: Page, one: Buffer, other: Buffer): Promise<number> =>
  desk.evaluate(
    async (pictures) => {
      const pixelsOf = async (base64: string): Promise<Uint8ClampedArray> => {
        const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
        const image = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
        const canvas = new OffscreenCanvas(image.width, image.height);
        const ink = canvas.getContext('2d') as OffscreenCanvasRenderingContext2D;
        ink.drawImage(image, 0, 0);
        return ink.getImageData(0, 0, image.width, image.height).data;
      };
      const [before, after] = (await Promise.all(pictures.map(pixelsOf))) as [Uint8ClampedArray, Uint8ClampedArray];
      let differing = before.length === after.length ? 0 : Number.POSITIVE_INFINITY;
      for (let place = 0; place < before.length; place += 4) {
        const most = Math.max(
          ...[0, 1, 2].map((channel) => Math.abs((before[place + channel] ?? 0) - (after[place + channel] ?? 0))),
        );
        if (most > 24) differing += 1;
      }
      return differing / (before.length / 4);
    },
    [one.toString('base64'), other.toString('base64')],
  );
