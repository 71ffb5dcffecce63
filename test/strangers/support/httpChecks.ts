import type { Received } from './received.ts';

const services: Readonly<Record<string, string>> = {
  oadrPoll: 'OadrPoll',
  oadrQueryRegistration: 'EiRegisterParty',
  oadrCreatePartyRegistration: 'EiRegisterParty',
  oadrCancelPartyRegistration: 'EiRegisterParty',
  oadrCanceledPartyRegistration: 'EiRegisterParty',
  oadrRegisterReport: 'EiReport',
  oadrRegisteredReport: 'EiReport',
  oadrCreatedReport: 'EiReport',
  oadrUpdateReport: 'EiReport',
  oadrUpdatedReport: 'EiReport',
  oadrCanceledReport: 'EiReport',
  oadrRequestEvent: 'EiEvent',
  oadrCreatedEvent: 'EiEvent',
};

/** What is wrong with the HTTP of a request. */
export const httpFaults = ({ method, name, service, rawHeaders, xml }: Received): string[] => {
  const faults: string[] = [];
  const require = (holds: boolean, fault: string): void => {
    if (!holds) faults.push(fault);
  };
  const expected = services[name];
  require(expected === undefined || service === expected, `${name} went to ${service}`);
  require(method === 'POST', `method ${method}`);
  if (rawHeaders.length === 0) return faults;
  const headers = new Map<string, string[]>();
  for (let place = 0; place < rawHeaders.length; place += 2) {
    const key = (rawHeaders[place] ?? '').toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), rawHeaders[place + 1] ?? '']);
  }
  const one = (key: string): string => headers.get(key)?.join(' AND ') ?? '(absent)';
  const [type = '', ...parameters] = one('content-type')
    .split(';')
    .map((part) => part.trim());
  require(headers.has('host'), 'no Host');
  require(/^\d+$/.test(one('content-length')), `Content-Length is ${one('content-length')}`);
  require(Number(one('content-length')) ===
    Buffer.byteLength(xml), `Content-Length ${one('content-length')} is not ${Buffer.byteLength(xml)}`);
  require(!headers.has('transfer-encoding'), 'Transfer-Encoding is used');
  require(type === 'application/xml', `Content-Type is ${type}`);
  require(parameters.every((each) => /^charset="?utf-8"?$/i.test(each)), `Content-Type has ${parameters.join()}`);
  require(!headers.has('accept') || one('accept') === 'application/xml', `Accept is ${one('accept')}`);
  return faults;
};
