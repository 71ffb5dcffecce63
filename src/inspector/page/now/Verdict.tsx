/** Whether all is well, and what the agent is at. */
import type { VNode } from 'preact';
import type { State } from '../server/answers.ts';
import { Icon } from '../shell/Icon.tsx';
import { verdictLooks, verdictOf } from '../shell/verdict.ts';
import { storyOf } from './story.ts';

/** The first thing anybody reads. */
export const Verdict = ({ state }: { readonly state: State }): VNode => {
  const { level, sentence } = verdictOf(state);
  // What follows the colon is told below with more; where something is wrong it is the point.
  const headline = level === 'well' ? `${sentence.split(': ')[0] ?? ''}.` : sentence;
  return (
    <section class={`verdict ${verdictLooks[level]}`} aria-label="How it stands">
      <span class="seal">
        <Icon name={level === 'well' ? 'check' : 'alert'} size={22} />
      </span>
      <div>
        <p class="sentence" data-verdict={level} title={sentence}>
          {headline}
        </p>
        <p class="story">{storyOf(state).join(' ')}</p>
      </div>
    </section>
  );
};
