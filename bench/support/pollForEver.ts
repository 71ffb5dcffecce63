import { HttpTransport } from '../../src/adapters/http/httpTransport.ts';
import { createRedactor, secretsOf } from '../../src/adapters/secrets/redact.ts';
import { SystemClock } from '../../src/adapters/time/systemClock.ts';
import { parseVtnUrl } from '../../src/adapters/secrets/vtnUrl.ts';
import type { Transport } from '../../src/shell/ports.ts';
import { hostAgent } from '../../src/cli/run/agentHost.ts';
import { countingOf, tellCost } from './pollCost.ts';
import { silentLogger } from './silentLogger.ts';
import { defaultSettings } from './venSettings.ts';

const [url = '', directory = '', pauseMs = '1', ...counting] = process.argv.slice(2);
const vtnUrl = parseVtnUrl(url, { allowPlainHttp: true });
const settings = {
  ...defaultSettings(directory),
  defaultPollFreqMs: Number(pauseMs),
  minimumPollFreqMs: Number(pauseMs),
  pollJitter: 0,
};
const clock = new SystemClock();
const http = new HttpTransport({ vtnUrl, redactor: createRedactor(secretsOf(vtnUrl)) });
const cost = tellCost(countingOf(counting));
const transport: Transport = {
  exchange: async (request) => {
    const outcome = await http.exchange(request);
    if (request.service === 'OadrPoll') cost.count();
    return outcome;
  },
  close: () => http.close(),
};
await hostAgent({ settings, clock, alarms: clock, transport, logger: silentLogger() });
