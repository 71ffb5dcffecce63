import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { deviceKindSchemas } from '../../src/shell/settings/deviceKinds.ts';
import { settingNames, settingsSchema, type Settings } from '../../src/shell/settings/settings.ts';
import { venSettingsOf } from '../../src/shell/settings/venSettings.ts';
import { loadConfiguration, type ConfigurationRequest } from '../../src/adapters/config/config.ts';
import { ConfigurationError } from '../../src/adapters/configurationError.ts';
import { environmentNameOf, valueFromText, type Environment } from '../../src/adapters/config/configSources.ts';
import { CANARY_PASSPHRASE, canaryUrl, expectNoCanary } from '../support/canary.ts';

const root = mkdtempSync(join(tmpdir(), 'ven-config-'));
afterAll(() => rmSync(root, { recursive: true }));

let serial = 0;
const newDirectory = (): string => {
  const path = join(root, String((serial += 1)));
  mkdirSync(path);
  return path;
};
const write = (name: string, text: string, mode = 0o600): string => {
  const path = join(newDirectory(), name);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
};

const flags = (values: Record<string, unknown>): ConfigurationRequest['flags'] =>
  new Map(Object.entries(values).map(([name, value]) => [name, { value, origin: `flag --${name}` }]));

const load = (parts: { environment?: Environment; flags?: Record<string, unknown>; file?: string } = {}) =>
  loadConfiguration({
    environment: { XDG_DATA_HOME: root, ...parts.environment },
    flags: flags(parts.flags ?? {}),
    ...(parts.file === undefined ? {} : { file: parts.file }),
  });

const problems = (parts: Parameters<typeof load>[0]): readonly string[] => {
  try {
    load(parts);
  } catch (error) {
    expectNoCanary(inspect(error));
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error('The configuration was accepted.');
};

describe('without any setting', () => {
  it('the defaults are the reference client’s', () => {
    const { settings, vtnUrl } = load();
    expect(settings).toMatchObject({
      venID: 'bellawatt.example.ven.123',
      venName: 'example-ven',
      timeZone: 'America/New_York',
      usageSpecifierID: 'RealEnergy',
      statusSpecifierID: 'Status',
      unknownOutcome: 'resend',
      dataDirectory: join(root, 'ter-ven'),
    });
    expect(settings.devices).toMatchObject([
      { kind: 'simulatedBattery', resourceID: 'example-device-001', capacityWattHours: 13_500 },
    ]);
    expect(vtnUrl.origin).toBe('http://localhost:8000');
    expect(vtnUrl.service('OadrPoll')).toBe('/auth-token/OpenADR2/Simple/2.0b/OadrPoll');
  });

  it('every setting has words for its help, and its default is one of those allowed', () => {
    for (const name of settingNames) {
      const meta = settingsSchema.shape[name].meta() as { description?: string; allowed?: string };
      expect(meta.description, name).toMatch(/\.$/);
      expect(meta.allowed, name).toBeTruthy();
    }
  });

  it('the log lives in the service manager’s state directory, if there is one', () => {
    expect(load({ environment: { STATE_DIRECTORY: '/var/lib/ven:/other' } }).settings.dataDirectory).toBe(
      '/var/lib/ven',
    );
  });
});

describe('the sources', () => {
  const file = write(
    'given.json',
    '{ "venID": "from-file", "venName": "from-file", "pollJitter": 0.2, "drainLimit": 5 }',
  );

  it('come in order: flags before environment before file before defaults', () => {
    const { settings, origins } = load({
      file,
      environment: { VEN_NAME: 'from-environment', VEN_ID: 'from-environment', VEN_DRAIN_LIMIT: '7' },
      flags: { venID: 'from-flag' },
    });
    expect(settings).toMatchObject({
      venID: 'from-flag',
      venName: 'from-environment',
      drainLimit: 7,
      pollJitter: 0.2,
      backoffCapMs: 300_000,
    });
    expect(origins.get('venID')).toBe('flag --venID');
    expect(origins.get('venName')).toBe('environment variable VEN_NAME');
    expect(origins.get('pollJitter')).toBe(`configuration file ${file}`);
    expect(origins.has('backoffCapMs')).toBe(false);
  });

  it('include VEN_CONFIG, and the ven.config.json of the data directory', () => {
    expect(load({ environment: { VEN_CONFIG: file } }).settings.venID).toBe('from-file');
    const directory = newDirectory();
    writeFileSync(join(directory, 'ven.config.json'), '{ "venID": "from-data" }');
    expect(load({ environment: { VEN_DATA: directory } }).settings).toMatchObject({
      venID: 'from-data',
      dataDirectory: directory,
    });
    expect(load({ flags: { dataDirectory: directory } }).settings.venID).toBe('from-data');
  });

  it('let the paths of a file begin where it lies, wherever they stand in it', () => {
    const file = write(
      'paths.json',
      JSON.stringify({
        tlsCaFile: 'ca.pem',
        anchorDirectory: 'none',
        mqtt: { brokerUrl: 'mqtt://localhost:1883', username: 'ven', passwordFile: './secrets/mqtt' },
        webhooks: [{ url: 'https://host.example/hook', secretFile: '../hook', tells: ['alarm'] }],
        commands: { address: '127.0.0.1:8321', tokenFile: '/etc/commands.token' },
        devices: [{ kind: 'files', resourceID: 'house', folder: 'meter' }],
      }),
    );
    const beside = (name: string): string => join(file, '..', name);
    const { settings, tlsFiles, secretFiles } = load({ file });
    expect(tlsFiles.caFile).toBe(beside('ca.pem'));
    expect(settings.anchorDirectory).toBe('none');
    expect(settings.mqtt?.passwordFile).toBe(beside('secrets/mqtt'));
    expect(settings.webhooks[0]?.secretFile).toBe(beside('../hook'));
    expect(settings.commands?.tokenFile).toBe('/etc/commands.token');
    expect(settings.devices[0]).toMatchObject({ folder: beside('meter') });
    expect(secretFiles).toContain(beside('secrets/mqtt'));
    // What a person says on the spot begins where they are.
    expect(load({ flags: { tlsCaFile: 'ca.pem' } }).tlsFiles.caFile).toBe('ca.pem');
  });

  it('know every setting by an environment variable', () => {
    expect(environmentNameOf('venID')).toBe('VEN_ID');
    expect(environmentNameOf('plausibleUsdPerKwhMin')).toBe('VEN_PLAUSIBLE_USD_PER_KWH_MIN');
    expect(environmentNameOf('defaultPollFreqMs')).toBe('VEN_DEFAULT_POLL_FREQ_MS');
    expect(new Set(settingNames.map(environmentNameOf)).size).toBe(settingNames.length);
  });

  it.each([
    ['strict', 'yes', true],
    ['strict', 'FALSE', false],
    ['strict', 'maybe', 'maybe'],
    ['pollJitter', ' 0.5 ', 0.5],
    ['drainLimit', '1e1', 10],
    ['drainLimit', '', ''],
    ['drainLimit', 'ten', 'ten'],
    ['marketContexts', 'any', 'any'],
    ['marketContexts', 'http://a, http://b', ['http://a', 'http://b']],
    ['venID', '00123', '00123'],
    ['devices', '[{ "kind": "simulatedBattery" }]', [{ kind: 'simulatedBattery' }]],
  ] as const)('read the text of %s %j as %j', (name, text, value) => {
    expect(valueFromText(name, text)).toEqual(value);
  });

  it('take an empty variable for none', () => {
    expect(load({ environment: { VEN_ID: '' } }).settings.venID).toBe('bellawatt.example.ven.123');
  });

  it('read comments and trailing commas, and leave what looks like a comment inside a text', () => {
    const commented = write(
      'c.json',
      `{
      // the programme's name
      "venID": "a//b", /* and
      its URL */ "vtnUrl": "https://vtn.example/x/OpenADR2/Simple/2.0b",
      "devices": [{ "kind": "simulatedBattery", "resourceID": "/* d */", }, ],
    }`,
    );
    const { settings, vtnUrl } = load({ file: commented });
    expect(settings.venID).toBe('a//b');
    expect(settings.devices[0]!.resourceID).toBe('/* d */');
    expect(vtnUrl.origin).toBe('https://vtn.example');
  });
});

describe('the VTN URL', () => {
  it('comes from a credential of the service manager, a file, the variable or a flag, the later the stronger', () => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'vtn-url'), 'https://credential.example/t/OpenADR2/Simple/2.0b\n');
    const named = write('url', ' https://file.example/t/OpenADR2/Simple/2.0b\n');
    const environment = { CREDENTIALS_DIRECTORY: directory };
    expect(load({ environment }).vtnUrl.origin).toBe('https://credential.example');
    expect(load({ environment: { ...environment, VEN_VTN_URL_FILE: named } }).vtnUrl.origin).toBe(
      'https://file.example',
    );
    const both = {
      ...environment,
      VEN_VTN_URL_FILE: named,
      VEN_VTN_URL: 'https://variable.example/t/OpenADR2/Simple/2.0b',
    };
    expect(load({ environment: both }).vtnUrl.origin).toBe('https://variable.example');
    expect(
      load({ environment: both, flags: { vtnUrl: 'https://flag.example/t/OpenADR2/Simple/2.0b' } }).vtnUrl.origin,
    ).toBe('https://flag.example');
  });

  it('is shown nowhere in the configuration, and the redactor knows it and the passphrase', () => {
    const configuration = load({
      environment: { VEN_VTN_URL: canaryUrl(), VEN_TLS_KEY_PASSPHRASE: CANARY_PASSPHRASE },
    });
    expectNoCanary(inspect(configuration, { depth: 9, showHidden: true }));
    expectNoCanary(JSON.stringify(configuration));
    expectNoCanary(configuration.redactor.text(`${canaryUrl()} ${CANARY_PASSPHRASE}`));
    expect(configuration.tlsFiles.keyPassphrase?.reveal()).toBe(CANARY_PASSPHRASE);
  });

  it('as a flag with a token, draws a warning without showing it; on loopback it does not', () => {
    const { warnings } = load({ flags: { vtnUrl: canaryUrl() } });
    expect(warnings.join()).toContain('VEN_VTN_URL_FILE');
    expectNoCanary(warnings.join());
    expect(load({ flags: { vtnUrl: canaryUrl('http://localhost:8000') } }).warnings).toEqual([]);
  });

  it('in plain http to another machine needs the explicit setting', () => {
    const url = canaryUrl('http://vtn.example');
    expect(problems({ environment: { VEN_VTN_URL: url } })).toEqual([expect.stringContaining('--allow-plain-http')]);
    expect(load({ environment: { VEN_VTN_URL: url, VEN_ALLOW_PLAIN_HTTP: 'true' } }).vtnUrl.origin).toBe(
      'http://vtn.example',
    );
  });
});

describe('a problem is one sentence that says where, which, what stands there and what may', () => {
  it.each([
    [
      'flag',
      { flags: { pollJitter: 'much' } },
      'Flag --pollJitter: pollJitter is "much", but must be a number from 0 to 1.',
    ],
    [
      'environment',
      { environment: { VEN_REPLY_TIMEOUT_MS: '4999' } },
      'Environment variable VEN_REPLY_TIMEOUT_MS: replyTimeoutMs is 4999, but must be a whole number of milliseconds from 5000 to 600000.',
    ],
    [
      'choice',
      { environment: { VEN_PRICE_UNIT: 'eur' } },
      'Environment variable VEN_PRICE_UNIT: priceUnit is "eur", but must be usd_per_kwh, cents_per_kwh or usd_per_mwh.',
    ],
    [
      'time',
      { flags: { reregisterAt: '24:00' } },
      'Flag --reregisterAt: reregisterAt is "24:00", but must be a local time such as "17:00", from 00:00 to 23:59.',
    ],
    [
      'time zone',
      { flags: { timeZone: 'America/Newyork' } },
      'Flag --timeZone: timeZone is "America/Newyork", but must be a time zone such as "America/New_York".',
    ],
    [
      'identifier',
      { flags: { venID: ' x' } },
      'Flag --venID: venID is " x", but must be a text of 1 to 255 characters without white space at its ends.',
    ],
    [
      'hour',
      { flags: { sampleEveryMs: 700_000 } },
      'Flag --sampleEveryMs: sampleEveryMs is 700000, but must be a whole number of milliseconds that divides the hour (3600000), from 1000 up.',
    ],
    [
      'order of the evening',
      { flags: { pricesLateAt: '16:00' } },
      'Flag --pricesLateAt: pricesLateAt (16:00) must be later in the day than pricesExpectedAt (17:00).',
    ],
    [
      'order of the range',
      { flags: { plausibleUsdPerKwhMin: 20 } },
      'Flag --plausibleUsdPerKwhMin: plausibleUsdPerKwhMin (20) must be below plausibleUsdPerKwhMax (10).',
    ],
    [
      'one device twice',
      {
        flags: {
          devices: [
            { kind: 'simulatedBattery', resourceID: 'd' },
            { kind: 'simulatedBattery', resourceID: 'd' },
          ],
        },
      },
      'Flag --devices: devices names the resourceID "d" twice, and each device is billed by itself under its own.',
    ],
    [
      'part of a device',
      { flags: { devices: [{ kind: 'simulatedBattery', resourceID: 'd', initialStateOfCharge: 50 }] } },
      'Flag --devices: devices[0].initialStateOfCharge is 50, but must be a number from 0 to 1.',
    ],
    [
      'missing part',
      { flags: { devices: [{ kind: 'simulatedBattery' }] } },
      'Flag --devices: devices[0].resourceID is missing, and must be a text of 1 to 255 characters without white space at its ends.',
    ],
    [
      'unknown part',
      { flags: { devices: [{ kind: 'simulatedBattery', resourceID: 'd', capacity: 3 }] } },
      'Flag --devices: there is no setting "devices[0].capacity". Did you mean "capacityWattHours"?',
    ],
    [
      'unknown kind',
      { flags: { devices: [{ kind: 'simulatedBatery', resourceID: 'd' }] } },
      `Flag --devices: devices[0].kind is "simulatedBatery", but must be a kind of device: ${deviceKindSchemas.map((schema) => schema.shape.kind.value).join(', ')}.`,
    ],
    [
      'part of another kind',
      { flags: { devices: [{ kind: 'simulatedMeter', resourceID: 'd', capacityWattHours: 3 }] } },
      'Flag --devices: there is no setting "devices[0].capacityWattHours". Run "ven help settings" for all of them.',
    ],
    [
      'part of a part',
      {
        flags: {
          devices: [{ kind: 'simulatedFlexibleLoad', resourceID: 'd', need: { energyWattHours: -1, doneBy: '06:00' } }],
        },
      },
      'Flag --devices: devices[0].need.energyWattHours is -1, but must be a positive number of watt-hours.',
    ],
    [
      'part of a trip',
      {
        flags: {
          devices: [
            {
              kind: 'simulatedEv',
              resourceID: 'd',
              trips: [{ days: ['monday'], leaveAt: '07:00', returnAt: '17:00', energyWattHours: 1 }],
            },
          ],
        },
      },
      'Flag --devices: devices[0].trips[0].days[0] is "monday", but must be a list of mon, tue, wed, thu, fri, sat, sun.',
    ],
    [
      'no list',
      { environment: { VEN_DEVICES: 'battery' } },
      'Environment variable VEN_DEVICES: devices is "battery", but must be a list of 1 to 50000 devices, or an object { from, each } that says where the list is.',
    ],
    [
      'market contexts',
      { flags: { marketContexts: 3 } },
      'Flag --marketContexts: marketContexts is 3, but must be "any", or a list of market contexts.',
    ],
  ] as const)('%s', (_what, parts, sentence) => {
    expect(problems(parts as unknown as Parameters<typeof load>[0])).toEqual([sentence]);
  });

  it('about the file names the file, and all problems at once', () => {
    const file = write('p.json', '{ "drainLimit": 0, "pollJiter": 1, "vtnUrl": 5, "dataDirectory": 7 }');
    expect([...problems({ file })].sort()).toEqual([
      `Configuration file ${file}: dataDirectory is 7, but must be the path of a directory.`,
      `Configuration file ${file}: drainLimit is 0, but must be a whole number from 1 to 1000.`,
      `Configuration file ${file}: there is no setting "pollJiter". Did you mean "pollJitter"?`,
      `Configuration file ${file}: vtnUrl is ***, but must be a URL such as https://host/token/OpenADR2/Simple/2.0b.`,
    ]);
  });

  it('about a file that is no JSON tells the line, and shows nothing of what stands there', () => {
    const file = write('broken.json', `{\n  "venID": "x",\n  "vtnUrl": "${canaryUrl()}" oops\n}`);
    expect(problems({ file })).toEqual([expect.stringMatching(/it is no JSON from line 3, column \d+ on\.$/)]);
  });

  it.each([
    ['that does not exist', () => join(root, 'none.json'), 'ENOENT'],
    ['that holds a list', () => write('l.json', '[]'), 'one object'],
    ['that is empty', () => write('e.json', ''), 'no JSON from line 1'],
  ])('about a file %s', (_what, file, words) => {
    expect(problems({ file: file() })).toEqual([expect.stringContaining(words)]);
  });

  it('about a secret’s file that cannot be read', () => {
    expect(problems({ environment: { VEN_VTN_URL_FILE: join(root, 'none') } })).toEqual([
      expect.stringMatching(/VEN_VTN_URL_FILE names the file .*none.*ENOENT/),
    ]);
  });

  it('about a data directory named in a file that lies in it', () => {
    const directory = newDirectory();
    writeFileSync(join(directory, 'ven.config.json'), '{ "dataDirectory": "/elsewhere" }');
    expect(problems({ flags: { dataDirectory: directory } })).toEqual([expect.stringContaining('leave it out')]);
  });
});

describe('what works and should yet be changed', () => {
  it('is a file with a secret that others may read', () => {
    const text = JSON.stringify({ vtnUrl: canaryUrl() });
    expect(load({ file: write('open.json', text, 0o644) }).warnings).toEqual([expect.stringContaining('chmod 600')]);
    expect(load({ file: write('closed.json', text, 0o600) }).warnings).toEqual([]);
    expect(load({ file: write('no-secret.json', '{ "venID": "x" }', 0o644) }).warnings).toEqual([]);
  });

  it('is a variable that means nothing, with the one that was meant', () => {
    expect(load({ environment: { VEN_VTN_ULR: 'x', VENDOR: 'y' } }).warnings).toEqual([
      'The environment variable VEN_VTN_ULR means nothing to ven and is ignored. Did you mean "VEN_VTN_URL"?',
    ]);
  });
});

describe('what the machines decide with', () => {
  it('holds every setting of theirs and no secret', () => {
    const settings: Settings = settingsSchema.parse({
      dataDirectory: '/d',
      vtnUrl: canaryUrl(),
      tlsKeyPassphrase: CANARY_PASSPHRASE,
    });
    const ven = venSettingsOf(settings);
    expectNoCanary(JSON.stringify(ven));
    expect(Object.values(ven)).not.toContain(undefined);
    expect(ven).toMatchObject({
      venID: 'bellawatt.example.ven.123',
      devices: [{ resourceID: 'example-device-001', capacityWattHours: 13_500 }],
    });
  });
});
