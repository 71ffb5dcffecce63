/** A day that is over, looked back upon: earned, planned, possible, and the difference cause by cause. Asked for by whoever opens it. */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { Day, Reviewed } from '../server/answers.ts';
import { paths } from '../server/paths.ts';
import { shownAt } from '../server/shown.ts';
import { useAnswer } from '../server/useAnswer.ts';
import { toYouText } from '../../../text/quantities.ts';

const stepNames: Readonly<Record<string, string>> = {
  possible: 'Possible with nothing in the way',
  wishes: 'your wishes',
  prices: 'prices as they were known then',
  stateOfCharge: 'levels as they were believed then',
  overrides: 'overrides',
  metered: 'what devices did otherwise',
  billed: 'what the bill says otherwise',
};

const Steps = ({ review }: { readonly review: NonNullable<Reviewed['review']> }): VNode => (
  <table class="steps">
    <tbody>
      {review.steps.map(({ step, valueUsd, differenceUsd }) => (
        <tr key={step} data-step={step}>
          <th scope="row">{stepNames[step] ?? step}</th>
          <td class="number">{toYouText(step === 'possible' ? valueUsd : differenceUsd)}</td>
        </tr>
      ))}
      <tr class="sum">
        <th scope="row">Earned, after wear and with what is stored</th>
        <td class="number">{toYouText(review.steps.at(-1)?.valueUsd ?? '0')}</td>
      </tr>
    </tbody>
  </table>
);

const Told = ({ day }: { readonly day: string }): VNode => {
  const { answer, problem } = useAnswer<Reviewed>(paths.review({ day, at: shownAt.value }), shownAt.value ?? '');
  if (problem !== null) return <p class="quiet">{problem}</p>;
  if (answer === null || answer.day !== day) return <p class="quiet">The day is planned again, cause by cause …</p>;
  return (
    <div class="reviewed" data-reviewed={day}>
      <div>
        {answer.sentences.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {answer.review === null ? null : <Steps review={answer.review} />}
    </div>
  );
};

/** The card; nothing for a day that is not over. */
export const Review = ({ day, now }: { readonly day: Day; readonly now: number }): VNode | null => {
  const [opened, setOpened] = useState<string | null>(null);
  if (day.endAt > now || day.devices.length === 0) return null;
  const isOpen = opened === day.day;
  return (
    <section class="card review" aria-labelledby="review-title">
      <header>
        <h2 id="review-title">Earned, planned, possible</h2>
        <span class="spacer" />
        <button type="button" class="button" aria-expanded={isOpen} onClick={() => setOpened(isOpen ? null : day.day)}>
          {isOpen ? 'Close' : 'Look back'}
        </button>
      </header>
      {isOpen ? (
        <Told key={day.day} day={day.day} />
      ) : (
        <p class="quiet small">What the day earned, and what it did not, with the causes.</p>
      )}
    </section>
  );
};
