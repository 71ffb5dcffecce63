/** Whether all is well: a few words, and under them what they rest on, what it means for money, and what to do. */
import type { VNode } from 'preact';
import { counted } from '../../../text/quantities.ts';
import type { State } from '../server/answers.ts';
import { Icon } from '../shell/Icon.tsx';
import { verdictLooks, verdictOf, type Standing } from '../shell/verdict.ts';
import { Command } from './Command.tsx';

const Clause = ({ name, text, command }: Standing['clauses'][number]): VNode => (
  <div class="clause" data-clause={name}>
    <dt>{name}</dt>
    <dd>
      {text}
      {command === null ? null : (
        <>
          {' '}
          <Command text={command} />
        </>
      )}
    </dd>
  </div>
);

const Others = ({ others }: { readonly others: Standing['others'] }): VNode | null =>
  others.length === 0 ? null : (
    <details class="others">
      <summary>{counted(others.length, 'more thing', 'more things')} to look at</summary>
      <ul>
        {others.map(({ headline, cause, money, toDo, level }) => (
          <li key={`${headline}${cause}`} class={verdictLooks[level]}>
            <strong>{headline}</strong> {cause} {money} {toDo}
          </li>
        ))}
      </ul>
    </details>
  );

/** The first thing anybody reads; it is also the alarm. */
export const Verdict = ({ state }: { readonly state: State }): VNode => {
  const { level, headline, clauses, others } = verdictOf(state);
  return (
    <section class={`verdict ${verdictLooks[level]}`} aria-label="How it stands" aria-live="polite">
      <span class="seal">
        <Icon name={level === 'well' ? 'check' : 'alert'} size={22} />
      </span>
      <p class="sentence" data-verdict={level}>
        {headline}
      </p>
      <dl class="clauses">
        {clauses.map((clause) => (
          <Clause key={clause.name} {...clause} />
        ))}
      </dl>
      <Others others={others} />
    </section>
  );
};
