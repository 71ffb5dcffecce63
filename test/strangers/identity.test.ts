import { describe, it } from 'vitest';
import { plain } from './makes/plain.ts';
import { textAt } from './support/element.ts';
import { meet } from './support/hosted.ts';
import { bodyOf } from './support/messageChecks.ts';
import { opted } from './support/opted.ts';
import { priceEvent } from './support/wishes.ts';

describe.concurrent('a VTN that is another one than that with which the VEN registered', () => {
  it('given it repeats its prices under a new vtnID with every poll, then it is asked once and registered with once, and the prices are in force', async (context) => {
    const meeting = await meet(context, { make: plain, vtnID: 'ter_vtn_1.0' });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    vtn.lookAhead();
    vtn.mayRefuse = true;
    vtn.events = [priceEvent('renamed')];
    vtn.always('oadrPoll', () => vtn.distributeEvent(vtn.events, 'ter_vtn_1.1'));
    vtn.once('oadrQueryRegistration', () => {
      vtn.vtnID = 'ter_vtn_1.1';
      return null;
    });
    const refused = await vtn.next('oadrCreatedEvent');
    context.expect(textAt(bodyOf(refused.message), 'eiResponse', 'responseCode')).toBe('452');
    const taken = await vtn.next('oadrCreatedEvent');
    context.expect(opted(taken)).toEqual(['renamed/0 200 optIn']);
    context.expect(vtn.named('oadrQueryRegistration')).toHaveLength(1);
    context.expect(vtn.named('oadrCreatePartyRegistration')).toHaveLength(2);
    const before = vtn.named('oadrPoll').length;
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    context.expect(vtn.named('oadrPoll').length - before).toBeLessThanOrEqual(6); // one a second, and no more for being answered
    context.expect(Object.keys(meeting.ven.agent.state.alarms)).toEqual([]);
  });

  // @row +6.15
  it('given it confirms the old vtnID and lists its prices under a new one for ever, then the VEN stays registered, polls at its pace, and says so', async (context) => {
    const meeting = await meet(context, { make: plain, vtnID: 'ter_vtn_1.0' });
    const { vtn } = meeting;
    await vtn.next('oadrPoll');
    vtn.lookAhead();
    vtn.mayRefuse = true;
    const stray = (): string => vtn.distributeEvent([priceEvent('stray')], 'ter_vtn_1.1');
    vtn.always('oadrPoll', stray);
    vtn.always('oadrRequestEvent', stray);
    await vtn.next('oadrQueryRegistration');
    await vtn.next('oadrCreatePartyRegistration');
    const before = vtn.received.length;
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    // A poll and its 452 a second; asking who it is goes on, but minutes later.
    context.expect(vtn.received.length - before).toBeLessThanOrEqual(16);
    context.expect(vtn.named('oadrQueryRegistration')).toHaveLength(1);
    context.expect(vtn.named('oadrCreatePartyRegistration')).toHaveLength(2);
    context.expect(meeting.ven.agent.state.alarms['identityMismatch vtnID']).toContain('ter_vtn_1.1');
    context.expect(meeting.lines.join('')).toContain('is not ter_vtn_1.0, with which we registered');
    context.expect((await meeting.entries()).some(({ type }) => type === 'RegistrationEnded')).toBe(false);
  });
});
