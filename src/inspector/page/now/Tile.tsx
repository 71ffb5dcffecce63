/** A figure with its name above and what it means below. */
import type { ComponentChildren, VNode } from 'preact';

interface Props {
  readonly name: string;
  readonly figure: ComponentChildren;
  readonly unit?: string | undefined;
  /** How its edge looks where it is the one that has a trouble. */
  readonly look?: '' | 'warn' | 'bad';
  readonly children?: ComponentChildren;
}

/** The tile. */
export const Tile = ({ name, figure, unit, look = '', children }: Props): VNode => (
  <section class={`card tile ${look}`} aria-label={name} data-tile={name}>
    <h2>{name}</h2>
    <p class="figure number">
      {figure}
      {unit === undefined ? null : <span class="unit"> {unit}</span>}
    </p>
    <div class="about small">{children}</div>
  </section>
);
