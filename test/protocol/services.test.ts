import { describe, expect, it } from 'vitest';
import type { MessageName } from '../../src/protocol/payload.ts';
import { messageCodecs } from '../../src/protocol/messages/table.ts';
import { answerTo, mayReplyTo, properRepliesTo, serviceFor, serviceOf } from '../../src/protocol/services.ts';

const names = Object.keys(messageCodecs) as MessageName[];

describe('services', () => {
  it('there are 23 messages, each with a service', () => {
    expect(names).toHaveLength(23);
    for (const name of names)
      expect(['EiEvent', 'EiReport', 'EiRegisterParty', 'EiOpt', 'OadrPoll']).toContain(serviceOf[name]);
  });

  it('a poll may bring any of the eight messages of rule 500, and nothing else', () => {
    expect(names.filter((name) => mayReplyTo('oadrPoll', name)).sort()).toEqual([
      'oadrCancelPartyRegistration',
      'oadrCancelReport',
      'oadrCreateReport',
      'oadrDistributeEvent',
      'oadrRegisterReport',
      'oadrRequestReregistration',
      'oadrResponse',
      'oadrUpdateReport',
    ]);
  });

  it('every message that creates or cancels is answered by the same in the past tense', () => {
    for (const name of names) {
      const past = name.replace(
        /^oadr(Create|Register|Update|Cancel)(?=[A-Z])/,
        (_, verb: string) => `oadr${verb}${verb.endsWith('e') ? 'd' : 'ed'}`,
      );
      if (past !== name) expect(properRepliesTo(name)).toEqual([past]);
    }
  });

  it('what a poll brings is answered at the service of what it brought', () => {
    expect(serviceFor('oadrCreatedReport')).toBe('EiReport');
    expect(serviceFor('oadrCreatedEvent')).toBe('EiEvent');
    expect(serviceFor('oadrCanceledPartyRegistration')).toBe('EiRegisterParty');
    expect(serviceFor('oadrResponse', 'oadrRequestReregistration')).toBe('EiRegisterParty');
    for (const [request, answer] of Object.entries(answerTo) as [MessageName, MessageName][]) {
      expect(mayReplyTo('oadrPoll', request)).toBe(true);
      expect(serviceFor(answer, request)).toBe(serviceOf[request]);
    }
  });
});
