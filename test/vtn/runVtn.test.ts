import { afterEach, describe, expect, it } from 'vitest';
import { encodePayload } from '../../src/protocol/payload.ts';
import type { MessageOf, OadrMessage } from '../../src/protocol/payload.ts';
import { decodePayload } from '../../src/protocol/payload.ts';
import { bookingLines, runVtn } from '../../src/vtn/runVtn.ts';
import type { RunningVtn } from '../../src/vtn/runVtn.ts';
import { post } from './support/http.ts';
import { freePort } from '../support/freePort.ts';
import { httpServer } from '../support/servers.ts';
import { clockAt, venOf } from './support/ven.ts';

const running: RunningVtn[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((vtn) => vtn.close()));
});

const started = async (token?: string) => {
  const lines: string[] = [];
  const clock = clockAt('2026-07-01T21:05:00Z');
  const made = await runVtn({
    vtn: { clock, seed: 1 },
    server: { port: 0, ...(token === undefined ? {} : { token }) },
    print: (line) => lines.push(line),
  });
  running.push(made);
  return { ...made, lines, clock, ven: venOf(made.vtn, clock) };
};

describe('ven vtn', () => {
  it('says where it listens, without a token that somebody chose', async () => {
    const secret = await started('canary-5f1c');
    expect(secret.lines[0]).toBe(
      `VTN "ter_vtn_1.0" listens at http://127.0.0.1:${secret.port}/<token>/OpenADR2/Simple/2.0b`,
    );
    const open = await started();
    expect(open.lines[0]).toBe(
      `VTN "ter_vtn_1.0" listens at http://127.0.0.1:${open.port}/auth-token/OpenADR2/Simple/2.0b`,
    );
    expect(open.lines[1]).toBe(
      "Local time 2026-07-01 17:05 -04:00 (America/New_York); tomorrow's prices come out at 17:00.",
    );
  });

  it('tells what a VEN does, a line for each exchange, and no quiet poll', async () => {
    const { url, lines, ven, vtn, clock } = await started('canary-5f1c');
    const send = async (service: string, message: OadrMessage): Promise<OadrMessage> => {
      const result = decodePayload((await post(`${url}/${service}`, encodePayload(message))).body ?? '');
      if (!result.ok) throw new Error(result.refusal.text);
      return result.message;
    };
    await send('EiRegisterParty', ven.registration());
    const registered = ven.registerReports();
    const distribution = (await send('OadrPoll', {
      message: 'oadrPoll',
      venID: 'my.ven',
    })) as MessageOf<'oadrDistributeEvent'>;
    ven.optInTo(distribution);
    ven.report(ven.usageRequestID(registered), [{ startAt: clock.now(), value: '-2' }]);
    await send('OadrPoll', { message: 'oadrPoll', venID: 'my.ven' });
    await send('OadrPoll', { message: 'oadrPoll', venID: 'my.ven' });
    vtn.faults.next({ do: 'dropAfter' });
    await post(`${url}/OadrPoll`, encodePayload({ message: 'oadrPoll', venID: 'my.ven' }));
    await post(`${url}/OadrPoll`, 'hello');
    const when = '2026-07-01 17:05 -04:00';
    const [first = '', second = ''] = distribution.oadrEvent.map((event) =>
      event.eiEvent.eventDescriptor.eventID.slice(0, 8),
    );
    expect(lines.slice(3)).toEqual([
      `${when} my.ven oadrCreatePartyRegistration -> oadrCreatedPartyRegistration 200`,
      `${when} my.ven oadrRegisterReport -> oadrRegisteredReport 200 (2 reports asked for)`,
      `${when} my.ven oadrCreatedReport -> oadrResponse 200`,
      `${when} my.ven oadrPoll -> oadrDistributeEvent 200 (2 DR events)`,
      `${when} my.ven oadrCreatedEvent -> oadrResponse 200 (optIn ${first}, optIn ${second})`,
      `${when} my.ven oadrUpdateReport -> oadrUpdatedReport 200 (TELEMETRY_USAGE: 1 intervals)`,
      '  complaint (rule 500): The VEN polled 0 ms after its last quiet poll; it was asked to wait 10000 ms.',
      `${when} my.ven oadrPoll -> closed [dropAfter]`,
      '  complaint (rule 500): The VEN polled 0 ms after its last quiet poll; it was asked to wait 10000 ms.',
      `${when} something unreadable -> HTTP 400`,
      expect.stringContaining('  complaint (rule XSD): ') as string,
    ]);
    expect(lines.join('\n')).not.toContain('canary');
    expect(bookingLines(vtn)[0]).toMatch(
      /^Booked: 1 intervals, -2 kWh net, a credit of \d+\.\d+ USD; told twice: 0, conflicting: 0\.$/,
    );
    expect(bookingLines(vtn)).toHaveLength(4);
  });

  it.each([
    [
      'that answers',
      () => httpServer((_, response) => response.writeHead(503).end()),
      /^2026-07-01 17:05 -04:00 my\.ven oadrDistributeEvent pushed -> HTTP 503$/,
    ],
    [
      'that nobody hears',
      async () => `http://127.0.0.1:${await freePort()}`,
      /^2026-07-01 17:05 -04:00 my\.ven oadrDistributeEvent not pushed: .*ECONNREFUSED/,
    ],
  ])('tells what it pushes, to a place %s, and what came of it', async (_place, place, line) => {
    const { url, lines, ven, vtn, clock } = await started();
    const signals = [{ signalName: 'SIMPLE', signalType: 'level', values: ['0'] }] as const;
    const where = { oadrHttpPullModel: false, oadrTransportAddress: await place() };
    await post(`${url}/EiRegisterParty`, encodePayload({ ...ven.registration(), ...where }));
    vtn.events.add({ startAt: clock.now() + 3_600_000, lengthMs: 3_600_000, signals });
    await expect.poll(() => lines.filter((each) => line.test(each))).toHaveLength(1);
  });

  it('says what was lost', async () => {
    const { ven, vtn, clock } = await started();
    ven.register();
    ven.report('forgotten', [{ startAt: clock.now(), value: '1' }]);
    expect(bookingLines(vtn)[1]).toBe(
      '1 values were acknowledged and lost; the first because of unknownReportRequestID.',
    );
  });
});
