/** Questions about the moment that is shown. */
import { computed } from '@preact/signals';
import { headPosition, pinnedPosition } from '../time/moment.ts';
import { servings } from './feed.ts';

/** The moment as a query: nothing while the page follows the present. */
export const shownAt = computed(() => pinnedPosition.value ?? undefined);

/** Changes whenever the same question about that moment may have another answer. */
export const shownRevision = computed(() => `${servings.value} ${pinnedPosition.value ?? headPosition.value}`);
