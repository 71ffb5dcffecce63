/** DR events as they come, in each state: answered where that is wanted, and not at all where it is not. @rule 2.0b 12, 62 */
import { answers, distributes, eventIDsIn, minuteMs, simpleEvent, type ListReceived } from '../events.ts';
import type { Proceedings } from '../proceedings.ts';
import type { TestCase } from '../testCase.ts';

type EventStanding = 'pending' | 'active' | 'cancelled while pending' | 'cancelled while active';

interface StateCase {
  readonly name: string;
  readonly standing: EventStanding;
  readonly isModified: boolean;
  readonly wants: 'always' | 'never';
}

const words = ({ standing, isModified, wants }: StateCase): string =>
  `${isModified ? 'Changed, ' : ''}${standing}, response ${wants}`;

const settled = async (t: Proceedings, list: ListReceived, wants: StateCase['wants']): Promise<void> => {
  if (wants === 'always') return answers(t, list);
  await t.sendsNo('oadrCreatedEvent');
};

const handedOut = async (t: Proceedings, { standing, isModified, wants }: StateCase): Promise<void> => {
  const isActive = standing === 'active' || standing === 'cancelled while active';
  const where = isActive ? 'that has begun' : 'that begins in ten minutes';
  const first = await distributes(
    t,
    `hand out a DR event ${where}, response ${wants}`,
    (vtn, now) =>
      void vtn.events.add(
        simpleEvent(now, { startAt: now + (isActive ? -1 : 10) * minuteMs, oadrResponseRequired: wants }),
      ),
  );
  const [eventID = ''] = eventIDsIn(first);
  await settled(t, first, wants);
  t.equal('the VEN has it', t.standingOf(eventID), isActive ? 'active' : 'far');
  if (isModified) {
    const second = await distributes(t, 'change the DR event', (vtn) =>
      vtn.events.modify(eventID, { lengthMs: 90 * minuteMs }),
    );
    await settled(t, second, wants);
  }
  if (!standing.startsWith('cancelled')) return;
  const last = await distributes(t, 'cancel the DR event', (vtn) => vtn.events.cancel(eventID));
  await settled(t, last, wants);
  await t.comesTo(
    'the VEN follows it no longer',
    () => !['far', 'near', 'active'].includes(t.standingOf(eventID) ?? ''),
  );
};

const stateCases: readonly StateCase[] = [
  { name: 'A_E1_0082', standing: 'pending', isModified: false, wants: 'always' },
  { name: 'A_E1_0086', standing: 'pending', isModified: false, wants: 'never' },
  { name: 'A_E1_0090', standing: 'pending', isModified: true, wants: 'always' },
  { name: 'A_E1_0092', standing: 'pending', isModified: true, wants: 'never' },
  { name: 'A_E1_0094', standing: 'active', isModified: false, wants: 'always' },
  { name: 'A_E1_0096', standing: 'active', isModified: false, wants: 'never' },
  { name: 'A_E1_0098', standing: 'active', isModified: true, wants: 'always' },
  { name: 'A_E1_0100', standing: 'cancelled while pending', isModified: false, wants: 'always' },
  { name: 'A_E1_0102', standing: 'cancelled while active', isModified: false, wants: 'always' },
  { name: 'A_E1_0104', standing: 'cancelled while pending', isModified: false, wants: 'never' },
];

/** The state sequences of certification. */
export const eventStateCases: readonly TestCase[] = stateCases.map((each) => ({
  name: each.name,
  title: words(each),
  rows: [each.wants === 'always' ? '9.1' : '9.2', '9.4', '9.5', '9.13', ...(each.isModified ? ['7.7'] : [])],
  run: async (t) => {
    await t.registered();
    await handedOut(t, each);
  },
}));
