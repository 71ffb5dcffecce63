/** A value that can be asked who wrote it. */
import { signal } from '@preact/signals';
import type { ComponentChildren, VNode } from 'preact';

/** What is asked about: a value of the moment's state, by its pointer. */
export interface ValueAsked {
  readonly pointer: string;
  readonly name: string;
}

/** The value that is asked about; null while nobody asks. */
export const asked = signal<ValueAsked | null>(null);

/** A token of a pointer. */
export const token = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1');

/** The value as a button. */
export const Writes = ({ pointer, name, children }: ValueAsked & { readonly children: ComponentChildren }): VNode => (
  <button
    type="button"
    class="writes"
    title="Who wrote this?"
    data-writes={pointer}
    onClick={() => (asked.value = { pointer, name })}
  >
    {children}
  </button>
);
