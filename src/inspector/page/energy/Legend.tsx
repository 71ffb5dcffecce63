import type { VNode } from 'preact';

/** What the signs of a chart mean. */
export const Legend = (): VNode => (
  <ul class="legend small" aria-label="What the chart shows">
    <li>
      <span class="swatch import" />
      bought, kWh
    </li>
    <li>
      <span class="swatch export" />
      sold, kWh
    </li>
    <li>
      <span class="swatch plan" />
      planned
    </li>
    <li>
      <span class="swatch line charge" />
      level
    </li>
  </ul>
);
