import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withDirectory } from './directory.ts';
import { simulate } from './simulation.ts';

/** The messages that are read and written. */
export interface Payloads {
  /** Where they come from, for the heading. */
  readonly origin: string;
  readonly event: string;
  readonly usageReport: string;
  readonly quietReply: string;
}

const hourMs = 3_600_000;

const quietReply =
  '<?xml version="1.0" encoding="UTF-8"?><oadr:oadrPayload xmlns:oadr="http://openadr.org/oadr-2.0b/2012/07" xmlns:ei="http://docs.oasis-open.org/ns/energyinterop/201110" xmlns:pyld="http://docs.oasis-open.org/ns/energyinterop/201110/payloads"><oadr:oadrSignedObject><oadr:oadrResponse ei:schemaVersion="2.0b"><ei:eiResponse><ei:responseCode>200</ei:responseCode><ei:responseDescription>OK</ei:responseDescription><pyld:requestID>6f3f2c1e-2f59-4d2c-9b63-0f6c3f1c7a11</pyld:requestID></ei:eiResponse><ei:venID>bellawatt.example.ven.123</ei:venID></oadr:oadrResponse></oadr:oadrSignedObject></oadr:oadrPayload>';

/** The programme's own samples. */
const published = (directory: string): Payloads => {
  const read = (name: string): string => readFileSync(join(directory, name), 'utf8');
  return {
    origin: 'the programme’s samples',
    event: read('EiEvent-oadrDistributeEvent_event_polling_response--nhec.xml'),
    // The sample leaves its instants open.
    usageReport: read('EiReport-oadrUpdateReport_usage_report_request--nhec.xml').replaceAll(
      /\(A_[A-Z_]+\)/g,
      '2026-01-31T04:00:00Z',
    ),
    quietReply,
  };
};

/** The longest message of a name among those a simulated VEN has exchanged in two days. */
const simulated = (): Promise<Payloads> =>
  withDirectory(async (directory) => {
    const messages: string[] = [];
    const world = await simulate({
      directory,
      vtn: { wireStyle: 'nhec', status: 'never' },
      settings: { minimumPollFreqMs: hourMs },
      onText: (xml) => messages.push(xml),
    });
    await world.runTo(world.startAt + 48 * hourMs);
    await world.stop();
    const longest = (name: string): string =>
      messages.filter((xml) => xml.includes(name)).sort((a, b) => b.length - a.length)[0] ?? '';
    return {
      origin: 'messages of a simulation, because ../shared is absent',
      event: longest('oadrDistributeEvent'),
      usageReport: longest('oadrUpdateReport'),
      quietReply,
    };
  });

/** The programme's samples from beside the repository, or messages of the same kind that the embedded VTN and the agent make. */
export const payloads = (): Promise<Payloads> => {
  const repository = process.env['TER_VEN_BENCH_REPOSITORY'] ?? process.cwd();
  const directory = join(process.env['TER_VEN_SHARED'] ?? join(repository, '..', 'shared'), 'openadr', 'payloads');
  return existsSync(directory) ? Promise.resolve(published(directory)) : simulated();
};
