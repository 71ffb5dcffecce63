/** The page's few signs, drawn with one pen. */
import type { VNode } from 'preact';

const shapes = {
  sun: 'M8 4.8a3.2 3.2 0 1 0 0 6.4a3.2 3.2 0 0 0 0-6.4M8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M3 13l1.2-1.2M11.8 4.2L13 3',
  moon: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z',
  half: 'M8 2a6 6 0 1 0 0 12a6 6 0 0 0 0-12M8 2v12',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.2 2c-.8.4-1 .9-1 1.6M8 12v.3',
  back: 'M10 3L5 8l5 5',
  on: 'M6 3l5 5-5 5',
  play: 'M5 3.2v9.6L12.5 8Z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  start: 'M12 3L7 8l5 5M4 3v10',
  end: 'M4 3l5 5-5 5M12 3v10',
  up: 'M3 10l5-5 5 5',
  down: 'M3 6l5 5 5-5',
  close: 'M4 4l8 8M12 4l-8 8',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9M10.4 10.4L14 14',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  alert: 'M8 2L14.5 13.5h-13ZM8 6.5v3.2M8 11.6v.2',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
  copy: 'M6 5.5h7.5v8H6zM10.5 5.5v-3H3v8h3',
  plan: 'M1.5 12.5h3v-8h4v6h3v-4h3',
  bolt: 'M9 1.5L3.5 9H8l-1 5.5L12.5 7H8Z',
} as const;

/** A sign's name. */
export type IconName = keyof typeof shapes;

/** A sign; whatever it stands on has the words. */
export const Icon = ({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): VNode => (
  <svg
    viewBox="0 0 16 16"
    width={size}
    height={size}
    fill="none"
    stroke="currentColor"
    stroke-width="1.5"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    <path d={shapes[name]} />
  </svg>
);
