import { html, type Html } from './html.ts';

/** A drawing with a name and a description for those who do not see it. */
export const drawing = (
  id: string,
  title: string,
  description: string,
  size: { readonly width: number; readonly height: number },
  content: Html,
): Html =>
  html`<svg
    role="img"
    aria-labelledby="${id}-title ${id}-desc"
    viewBox="0 0 ${size.width} ${size.height}"
    xmlns="http://www.w3.org/2000/svg"
  >
    <title id="${id}-title">${title}</title>
    <desc id="${id}-desc">${description}</desc>
    ${content}
  </svg> `;

/** A coordinate: short, and never a float's tail. */
export const at = (number: number): string => String(Math.round(number * 10) / 10);

/** A name that can be an identifier of the page. */
export const idOf = (text: string): string => text.replace(/[^A-Za-z0-9]+/g, '-').toLowerCase();
